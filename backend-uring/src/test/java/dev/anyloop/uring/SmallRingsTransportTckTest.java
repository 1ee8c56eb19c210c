package dev.anyloop.uring;

import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.TransportTck;
import java.io.IOException;
import java.util.Set;

/** Room for eight requests and 32 completions, and two buffers that no two receives share: next to nothing fits at once. */
class SmallRingsTransportTckTest extends TransportTck {

    @Override
    protected Transport open() throws IOException {
        return new UringTransport(Features.probed().without(Set.of("incremental")).sized(8, 2));
    }

    @Override
    protected String column() {
        return "uring/small-rings";
    }
}
