package dev.anyloop.tck.rules.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.EventLoop;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.World;
import dev.anyloop.tck.record.RecordedSocket;

/** Stops its loop in every callback and runs it again: each run must have one callback, or none. */
final class SingleStep {

    private final World world;
    private final EventLoop loop;
    private final Limits limits;
    private int callbacks;

    SingleStep(World world, EventLoop loop, Limits limits) {
        this.world = world;
        this.loop = loop;
        this.limits = limits;
    }

    /** To be called by each callback but those of the kit itself. */
    void callback() {
        assertEquals(1, ++callbacks, "callbacks in one run");
        loop.stop();
    }

    /** Has the callbacks of a socket call it. */
    RecordedSocket in(RecordedSocket socket) {
        return socket
                .onConnect(s -> callback())
                .onRead((s, data) -> callback())
                .onEnd(s -> callback())
                .onError((s, error) -> callback())
                .onClose((s, error) -> callback());
    }

    void runUntilEmpty() {
        long start = world.nanoTime();
        do {
            callbacks = 0;
            loop.run();
        } while (callbacks > 0 && world.nanoTime() - start < limits.mustHappen().toNanos());
    }
}
