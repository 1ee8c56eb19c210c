package dev.anyloop.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Chapter TIMER of the specification: timers and intervals. */
abstract class TimerRules extends Chapter {

    @Rule("TIMER-001")
    void aTimerNeverFiresEarly() {
        withLoop(loop -> {
            for (int millis = 1; millis <= 20; millis++) {
                long delay = Duration.ofMillis(millis).toNanos();
                long start = System.nanoTime();
                loop.timer(Duration.ofNanos(delay), timer ->
                        assertTrue(System.nanoTime() - start >= delay, "early by "
                                + (delay - (System.nanoTime() - start)) + " ns"));
            }
        });
    }

    @Rule("TIMER-003")
    void equalDelaysFireInTheOrderOfCreation() {
        List<Integer> fired = new ArrayList<>();
        withLoop(loop -> {
            for (int i = 0; i < 5; i++) {
                int number = i;
                loop.timer(Duration.ofMillis(2), timer -> fired.add(number));
            }
        });
        assertEquals(List.of(0, 1, 2, 3, 4), fired);
    }
}
