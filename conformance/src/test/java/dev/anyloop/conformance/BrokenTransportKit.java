package dev.anyloop.conformance;

import dev.anyloop.core.transport.Transport;
import dev.anyloop.nio.NioSeam;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.TransportTck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The kit of the seam for a transport that is expected to fail. Not named …Test: the build must not run it. */
class BrokenTransportKit extends TransportTck {

    private static UnaryOperator<Transport> current;

    @Override
    protected Transport open() throws IOException {
        return current.apply(NioSeam.open());
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
