package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

class TimersTest {

    @OnEachBackend
    void theyFireInTheirOrderAndThenTheLoopEnds(String backend) throws Exception {
        try (Program timers = Program.start(backend, Timers.class)) {
            assertEquals(
                    List.of(
                            "Event loop started.",
                            "Cancelled in time: true",
                            "Tick 1",
                            "Tick 2",
                            "Tick 3",
                            "I ran! (0.32 seconds later)",
                            "Nothing is left to wait for: run() has returned."),
                    timers.end(0));
        }
    }
}
