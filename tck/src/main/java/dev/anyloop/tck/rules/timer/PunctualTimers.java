package dev.anyloop.tck.rules.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.tck.record.LoopSession;
import java.time.Duration;

/** Timers each of which has to fire, and none early: to the nanosecond, measured from before the call. */
final class PunctualTimers {

    private int made;
    private int fired;

    void add(EventLoop loop, long delayNanos) {
        add(loop, delayNanos, () -> {});
    }

    void add(EventLoop loop, long delayNanos, LoopSession.Callback then) {
        made++;
        long start = System.nanoTime();
        loop.timer(Duration.ofNanos(delayNanos), timer -> {
            long elapsed = System.nanoTime() - start;
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
