package dev.anyloop.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Deadlines by ticks: a little late, never early. */
class TicksTest {

    private static final Duration TIMEOUT = Duration.ofMillis(320);

    /** A tick that comes late is followed by one in time, and that is less than a tick later. */
    @Test
    void aDeadlineIsNotEarlyAfterALongCallback() {
        long[] times = new long[2];
        EventLoop.start(LoopOptions.defaults().withBackend("nio"), loop -> {
            long[] deadline = new long[1];
            Ticks[] ticks = new Ticks[1];
            ticks[0] = new Ticks(loop, () -> {
                if (ticks[0].now() >= deadline[0]) {
                    times[1] = System.nanoTime();
                    loop.stop();
                }
            }, TIMEOUT);
            ticks[0].start();
            Thread.sleep(TIMEOUT.toMillis() * 3 / 16); // one tick and a half
            times[0] = System.nanoTime();
            deadline[0] = ticks[0].now() + ticks[0].of(TIMEOUT);
            loop.hold();
        });
        Duration taken = Duration.ofNanos(times[1] - times[0]);
        assertTrue(taken.compareTo(TIMEOUT) >= 0, "after " + taken);
    }
}
