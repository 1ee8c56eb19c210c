package dev.anyloop.conformance;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.World;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;

/** The kit for a backend that is expected to fail. Not named …Test: the build must not run it. */
class BrokenKit extends EventLoopTck {

    private static EventLoopProvider current;
    private static Ground ground = new Ground.Nio();


    BrokenKit() {
        ground.enter();
    }

    /** What is broken from now on. */
    static void on(Ground good) {
        ground = good;
    }

    static Ground ground() {
        return ground;
    }

    @Override
    protected World world() {
        return ground.world();
    }

    @AfterEach
    void leave() {
        ground.leave();
    }

    @Override
    protected EventLoopProvider provider() {
        return current;
    }

    @Override
    protected Limits limits() {
        return KitRun.limits();
    }

    @Override
    protected Path report() {
        return null; // what a broken backend does is nobody's result
    }

    static Map<String, List<Throwable>> run(EventLoopProvider provider, String rule, Predicate<Throwable> enough) {
        current = provider;
        return KitRun.of(BrokenKit.class, rule, enough);
    }
}
