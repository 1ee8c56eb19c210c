package dev.anyloop.tck.rules.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.BusyTimes;
import dev.anyloop.EventLoop;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.rules.Chapter;
import java.time.Duration;

/** Chapter WATCH of the specification: what a loop shows of itself. */
public abstract class WatchRules extends Chapter {

    private static final Duration LONG = Duration.ofMillis(30);
    private static final Duration LIMIT_BELOW = Duration.ofMillis(20);
    private static final int WAITS = 4; // a machine may be slow once, and not each time

    @Rule("WATCH-001")
    void aTurnThatKeepsTheLoopBusyIsCountedByItsLength() {
        withOpenLoop(loop -> {
            assertEquals(BusyTimes.none(), loop.stats().busy(), "of a loop that never ran");
            for (int slow = 1; slow <= 3; slow++) {
                loop.run(l -> block(LONG));
                assertTrue(countBeyond(loop, LIMIT_BELOW) >= slow, slow + " slow turns, counted: " + loop.stats().busy());
            }
        });
    }

    @Rule("WATCH-001")
    void aTurnWithoutACallbackIsNotCountedAndTheWaitForEventsIsNot() {
        withOpenLoop(loop -> {
            for (int waits = 0; waits < WAITS; waits++) {
                loop.run(l -> l.timer(LIMIT_BELOW.multipliedBy(10), timer -> {}));
            }
            assertEquals(2 * WAITS, loop.stats().busy().turns(), "turns with a callback: of each init, and of each timer");
            assertTrue(countBeyond(loop, LIMIT_BELOW) < WAITS, () -> "waiting counts as busy: " + loop.stats().busy());
        });
    }

    private static long countBeyond(EventLoop loop, Duration limit) {
        int first = BusyTimes.limits().indexOf(limit) + 1;
        BusyTimes busy = loop.stats().busy();
        return busy.counts().subList(first, busy.counts().size()).stream().mapToLong(Long::longValue).sum();
    }
}
