package dev.anyloop.uring;

import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.TransportTck;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;

/** The seam's kit on a kernel that has less than this one. */
abstract class LevelTransportTck extends TransportTck {

    private final Set<String> without;

    LevelTransportTck(String... without) {
        this.without = Set.of(without);
    }

    Features features() throws IOException {
        return Features.probed().without(without);
    }

    @Override
    protected Transport open() throws IOException {
        return new UringTransport(features());
    }

    @Override
    protected String column() {
        return "uring/without-" + String.join("-", new TreeSet<>(without));
    }
}
