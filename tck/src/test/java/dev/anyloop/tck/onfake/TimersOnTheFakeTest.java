package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Timer;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.run.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/** The timers of core by a clock that moves when it is told to: to the nanosecond, and with deadlines truly equal. */
class TimersOnTheFakeTest extends OnTheFake {

    private Timer timer(EventLoop loop, long millis, String name) {
        return loop.timer(Duration.ofMillis(millis), timer -> note(name));
    }

    @Rule({"TIMER-001", "TIMER-003"})
    void timersFireAtTheirDeadlineAndEqualOnesInTheOrderOfCreation() {
        run(loop -> {
            timer(loop, 10, "a");
            timer(loop, 20, "b");
            timer(loop, 10, "c");
            loop.timer(Duration.ofMillis(4), timer -> {
                timer(loop, 6, "d");
                timer(loop, 5, "e");
                timer(loop, 16, "f");
            });
        });
        assertEquals(List.of("e@9", "a@10", "c@10", "d@10", "b@20", "f@20"), log);
    }

    @Rule("TIMER-001")
    void oneNanosecondLessIsEarly() {
        run(loop -> {
            loop.timer(Duration.ofNanos(100), timer -> note("due"));
            loop.timer(Duration.ZERO, timer -> {
                fake.clock().advance(Duration.ofNanos(99));
                loop.timer(Duration.ZERO, next -> note("not yet"));
            });
        });
        assertEquals(List.of("not yet@0", "due@0"), log);
    }

    @Rule("TIMER-002")
    void aTimerThatComesDueInALongCallbackFiresInTheNextTurn() {
        run(loop -> loop.timer(Duration.ofMillis(1), busy -> {
            long turn = loop.stats().turns();
            loop.timer(Duration.ofMillis(10), timer -> {
                note("due");
                assertEquals(turn + 1, loop.stats().turns());
            });
            advance(25);
            timer(loop, 10, "from the call");
        }));
        assertEquals(List.of("due@26", "from the call@36"), log);
    }

    @Rule({"TIMER-003", "TIMER-009"})
    void equalDeadlinesKeepTheirOrderWhateverIsCancelled() {
        record Made(int number, int millis, Timer timer) {}
        Random random = Seed.current().random("equal");
        List<Made> made = new ArrayList<>();
        List<Integer> fired = new ArrayList<>();
        run(loop -> {
            for (int i = 0; i < 2_000; i++) {
                int number = i;
                int millis = random.nextInt(7);
                made.add(new Made(i, millis, loop.timer(Duration.ofMillis(millis), timer -> fired.add(number))));
                if (random.nextInt(3) == 0) {
                    made.remove(random.nextInt(made.size())).timer.cancel();
                }
            }
        });
        made.sort(Comparator.comparing(Made::millis)); // stable
        assertEquals(made.stream().map(Made::number).toList(), fired);
    }

    @Rule("TIMER-004")
    void aPassFiresNothingThatItMadeThoughTheClockStandsStill() {
        run(loop -> {
            loop.timer(Duration.ZERO, timer -> {
                note("first");
                timer(loop, 0, "third");
                timer(loop, -1, "fourth");
                loop.execute(() -> note("task of the next turn"));
            });
            timer(loop, 0, "second");
        });
        assertEquals(List.of("first@0", "second@0", "task of the next turn@0", "third@0", "fourth@0"), log);
    }

    @Rule({"TIMER-005", "TIMER-003"})
    void aNegativeDelayIsNoEarlierThanZero() {
        run(loop -> {
            timer(loop, 0, "a");
            timer(loop, Long.MIN_VALUE, "b");
            timer(loop, 0, "c");
        });
        assertEquals(List.of("a@0", "b@0", "c@0"), log);
    }

    @Rule("TIMER-006")
    void aTimerOfDaysCostsATurnAnHourAndOneOfAgesNeverFires() {
        long[] turns = new long[1];
        run(loop -> {
            loop.timer(Duration.ofSeconds(Long.MAX_VALUE), timer -> note("never")).unref();
            loop.interval(Duration.ofSeconds(Long.MAX_VALUE), timer -> note("never")).unref();
            loop.timer(Duration.ofNanos(Long.MAX_VALUE), timer -> note("never")).unref();
            loop.timer(Duration.ofSeconds(9_223_372_036L, 999_999_999), timer -> note("never")).unref();
            loop.timer(Duration.ofDays(3), timer -> {
                note("days");
                turns[0] = loop.stats().turns();
            });
        });
        assertEquals(List.of("days@" + Duration.ofDays(3).toMillis()), log);
        assertTrue(turns[0] <= 3 * 24 + 2, turns[0] + " turns");
    }

    /** Each run of an interval of 10 ms takes as long as the list says; then it is cancelled. */
    private void interval(List<Integer> busyMillis) {
        Iterator<Integer> busy = busyMillis.iterator();
        run(loop -> loop.interval(Duration.ofMillis(10), timer -> {
            note("run");
            if (busy.hasNext()) {
                advance(busy.next());
            } else {
                timer.cancel();
            }
        }));
    }

    @Rule("TIMER-010")
    void anIntervalKeepsItsRateWhateverItsCallbackTakes() {
        interval(List.of(0, 3, 9, 0));
        assertEquals(List.of("run@10", "run@20", "run@30", "run@40", "run@50"), log);
    }

    @Rule("TIMER-010")
    void anIntervalThatIsLateByLessThanAPeriodCatchesUp() {
        interval(List.of(10, 19, 0, 0));
        assertEquals(List.of("run@10", "run@20", "run@39", "run@40", "run@50"), log);
    }

    @Rule("TIMER-010")
    void anIntervalThatIsLateByAPeriodOrMoreFiresOnceAndCountsFromThen() {
        interval(List.of(20, 0, 39, 0));
        assertEquals(List.of("run@10", "run@30", "run@40", "run@79", "run@89"), log);
    }

    @Rule("TIMER-011")
    void anExceptionDoesNotShiftAnInterval() {
        run(loop -> {
            loop.onUncaught((l, thrown) -> advance(5));
            loop.interval(Duration.ofMillis(10), timer -> {
                note("run");
                if (log.size() == 3) {
                    timer.cancel();
                }
                advance(2);
                throw new Exception("not for the first time");
            });
        });
        assertEquals(List.of("run@10", "run@20", "run@30"), log);
    }

    @Rule({"TIMER-008", "TIMER-009"})
    void cancelSaysWhetherItPreventedARun() {
        run(loop -> {
            Timer fired = timer(loop, 1, "fired");
            Timer cancelled = timer(loop, 5, "never");
            Timer interval = loop.interval(Duration.ofMillis(2), timer -> {
                assertTrue(timer.isPending());
                if (now() == 4) {
                    assertTrue(timer.cancel());
                    assertFalse(timer.cancel());
                }
            });
            timer(loop, 3, "later");
            loop.timer(Duration.ofMillis(3), timer -> {
                assertFalse(fired.isPending());
                assertFalse(fired.cancel());
                assertTrue(cancelled.isPending());
                assertTrue(cancelled.cancel());
                assertFalse(cancelled.isPending());
                assertFalse(timer.isPending() || timer.cancel(), "inside its own callback");
                assertTrue(interval.isPending());
            });
        });
        note("returned");
        assertEquals(List.of("fired@1", "later@3", "returned@4"), log);
    }

    @Rule("LOOP-005")
    void aTimerKeepsTheLoopRunningWhileItIsWanted() {
        run(loop -> {
            timer(loop, 5, "wanted again").unref().unref().ref().ref();
            timer(loop, 9, "not wanted").ref().unref();
        });
        note("returned");
        assertEquals(List.of("wanted again@5", "returned@5"), log);
    }

    @Rule("TIMER-014")
    void timersGoOnWhileTheLoopDoesNotRun() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            timer(loop, 20, "before");
            advance(15);
            loop.run(init -> loop.timer(Duration.ofMillis(3), timer -> {
                note("stop");
                loop.stop();
            }));
            advance(7);
            loop.run();
            advance(1);
            timer(loop, 5, "between");
            loop.run();
        }
        assertEquals(List.of("stop@18", "before@25", "between@31"), log);
    }
}
