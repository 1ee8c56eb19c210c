package dev.anyloop.conformance;

import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.TransportTck;
import dev.anyloop.tck.World;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;

/** The kit of the seam for a transport that is expected to fail. Not named …Test: the build must not run it. */
class BrokenTransportKit extends TransportTck {

    private static UnaryOperator<Transport> current;

    BrokenTransportKit() {
        BrokenKit.ground().enter();
    }

    @Override
    protected World world() {
        return BrokenKit.ground().world();
    }

    @AfterEach
    void leave() {
        BrokenKit.ground().leave();
    }

    @Override
    protected Transport open() throws IOException {
        return current.apply(BrokenKit.ground().transport());
    }

    @Override
    protected Limits limits() {
        return KitRun.limits();
    }

    @Override
    protected Path report() {
        return null; // what a broken transport does is nobody's result
    }

    static Map<String, List<Throwable>> run(
            UnaryOperator<Transport> broken, String rule, Predicate<Throwable> enough) {
        current = broken;
        return KitRun.of(BrokenTransportKit.class, rule, enough);
    }
}
