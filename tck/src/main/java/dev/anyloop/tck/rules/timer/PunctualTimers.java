package dev.anyloop.tck.rules.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.tck.record.LoopSession;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Timers each of which has to fire, and none early: to the nanosecond, measured from before the call. */
final class PunctualTimers {

    private final LongSupplier clock;
    private int made;
    private int fired;

    PunctualTimers(LongSupplier clock) {
        this.clock = clock;
    }

    void add(EventLoop loop, long delayNanos) {
        add(loop, delayNanos, () -> {});
    }

    void add(EventLoop loop, long delayNanos, LoopSession.Callback then) {
        made++;
        long start = clock.getAsLong();
        loop.timer(Duration.ofNanos(delayNanos), timer -> {
            long elapsed = clock.getAsLong() - start;
            assertTrue(elapsed >= delayNanos, () -> "early by " + (delayNanos - elapsed) + " ns of " + delayNanos);
            fired++;
            then.run();
        });
    }

    void assertAllFired() {
        assertEquals(made, fired, "timers that fired");
        assertTrue(made > 0);
    }
}
