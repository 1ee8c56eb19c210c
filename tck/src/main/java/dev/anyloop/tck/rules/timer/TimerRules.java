package dev.anyloop.tck.rules.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.Timer;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.rules.Chapter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Chapter TIMER of the specification, first part: when timers fire and in which order. */
public abstract class TimerRules extends Chapter {

    private static final int MOST_TURNS = 10;

    private final PunctualTimers timers = new PunctualTimers(this::nanoTime);

    /** A busy machine may be late once, a mistake is late each time: so it is enough to be on time once in five. */
    private void assertOnTimeOnce(ToLongFunction<EventLoop> lateNanos) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 5 && best >= jitter().tolerance().toNanos(); i++) {
            long[] late = new long[1];
            withOpenLoop(loop -> {
                assertWorks(loop);
                late[0] = lateNanos.applyAsLong(loop);
            });
            best = Math.min(best, late[0]);
        }
        assertTrue(best < jitter().tolerance().toNanos(), "late by " + best + " ns, and that was the best of five");
    }

    @Rule("TIMER-001")
    void aTimerNeverFiresEarly() {
        withLoop(loop -> {
            for (int micros = 1; micros <= 20_000; micros += 1 + random().nextInt(400)) {
                timers.add(loop, micros * 1_000L + random().nextInt(1_000));
            }
        });
        timers.assertAllFired();
    }

    @Rule({"TIMER-001", "TIMER-007"})
    void aTimerThatTheLoopWaitsForIsNeitherEarlyNorSpunFor() {
        LongStream odd = LongStream.of(1, 1_000, 50_000, 499_999, 500_001, 999_999, 1_000_000, 1_000_001, 1_499_999,
                1_500_001, 1_999_999, 2_000_001, 5_700_000, 10_999_999);
        List<Long> delays = LongStream.concat(odd, random().longs(10, 100_000, 3_000_000)).boxed().toList();
        withLoop(loop -> waitForEach(loop, delays.iterator(), () -> {}));
        withLoop(loop -> connect(loop, peerServer(Peer::hold))
                .onConnect(idle -> waitForEach(loop, delays.iterator(), idle::close)));
        timers.assertAllFired();
    }

    private void waitForEach(EventLoop loop, Iterator<Long> delays, Runnable atEnd) {
        if (!delays.hasNext()) {
            atEnd.run();
            return;
        }
        long delay = delays.next();
        long turns = loop.stats().turns();
        timers.add(loop, delay, () -> {
            long turned = loop.stats().turns() - turns;
            assertTrue(turned <= MOST_TURNS, () -> turned + " turns in " + delay + " ns");
            waitForEach(loop, delays, atEnd);
        });
    }

    @Rule("TIMER-001")
    void aTimerIsNotEarlyWhenTheLoopIsWokenMeanwhile() {
        int[] wakeups = new int[1];
        withLoop(loop -> {
            timers.add(loop, 30_000_000);
            Hold hold = loop.hold();
            helper(() -> {
                for (int i = 0; i < 15; i++) {
                    block(Duration.ofMillis(1));
                    loop.execute(() -> wakeups[0]++);
                }
                hold.release();
            });
        });
        assertEquals(15, wakeups[0]);
        timers.assertAllFired();
    }

    @Rule({"TIMER-002", "TIMER-001"})
    void theDelayCountsFromTheCallEvenAfterTheCallbackHasBlocked() {
        int port = peerServer(peer -> peer.send("x").hold());
        withLoop(loop -> {
            blockThenStartTimer(loop);
            loop.execute(() -> blockThenStartTimer(loop));
            loop.timer(Duration.ZERO, timer -> blockThenStartTimer(loop));
            connect(loop, port)
                    .onRead((socket, data) -> {
                        blockThenStartTimer(loop);
                        socket.close();
                    })
                    .onClose((socket, error) -> blockThenStartTimer(loop));
        });
        timers.assertAllFired();
    }

    private void blockThenStartTimer(EventLoop loop) {
        block(Duration.ofMillis(12));
        timers.add(loop, 8_000_000);
    }

    @Rule("TIMER-002")
    void aTimerThatComesDueInALongCallbackFiresRightAfterIt() {
        Duration delay = jitter().tolerance().multipliedBy(2); // who waits for it once more is late
        assertOnTimeOnce(loop -> {
            long[] free = new long[1];
            long[] late = new long[1];
            loop.run(init -> {
                loop.timer(delay, timer -> late[0] = nanoTime() - free[0]);
                block(delay.plusMillis(5));
                free[0] = nanoTime();
            });
            return late[0];
        });
    }

    @Rule("TIMER-002")
    void aTimerIsNotPutOffByEventsThatComeBeforeIt() {
        assertOnTimeOnce(loop -> {
            long start = nanoTime();
            long[] late = new long[1];
            loop.run(init -> {
                Timer busy = loop.interval(Duration.ofMillis(1), timer -> {});
                loop.timer(Duration.ofMillis(20), timer -> {
                    late[0] = nanoTime() - start - 20_000_000;
                    busy.cancel();
                });
            });
            return late[0];
        });
    }

    @Rule("TIMER-003")
    void equalDelaysFireInTheOrderOfCreation() {
        List<Integer> fired = new ArrayList<>();
        withLoop(loop -> {
            for (int i = 0; i < 500; i++) {
                int number = i;
                loop.timer(Duration.ofMillis(2), timer -> fired.add(number));
            }
        });
        assertEquals(IntStream.range(0, 500).boxed().toList(), fired);
    }

    @Rule("TIMER-003")
    void anEarlierDeadlineFiresFirstWheneverItWasMade() {
        /** Between which moments its deadline lies: the machine may pause the thread between two calls. */
        record Made(int delay, long earliest, long latest) {}

        List<Made> fired = new ArrayList<>();
        withLoop(loop -> {
            for (int delay : new int[] {9, 2, 7, 1, 8, 3, 6, 4, 5, 10}) {
                long nanos = Duration.ofMillis(5 * delay).toNanos();
                long[] made = new long[2];
                made[0] = nanoTime() + nanos;
                loop.timer(Duration.ofNanos(nanos), timer -> fired.add(new Made(delay, made[0], made[1])));
                made[1] = nanoTime() + nanos;
            }
            block(Duration.ofMillis(27)); // half of them are due in one pass
        });
        assertEquals(10, fired.size());
        for (int i = 1; i < fired.size(); i++) {
            assertTrue(fired.get(i - 1).earliest <= fired.get(i).latest, fired.toString());
        }
    }

    @Rule("TIMER-003")
    void aLoopThatWaitsForALaterTimerWakesUpForAnEarlierOne() {
        List<String> fired = new ArrayList<>();
        withLoop(loop -> {
            Timer later = loop.timer(Duration.ofHours(1), timer -> fired.add("later"));
            Hold hold = loop.hold();
            helper(() -> loop.execute(() -> loop.timer(Duration.ofMillis(2), timer -> {
                fired.add("earlier");
                later.cancel();
                hold.release();
            })));
        });
        assertEquals(List.of("earlier"), fired);
    }

    @Rule("TIMER-004")
    void aZeroDelayFiresNeitherInTheCallNorInThePassThatMadeIt() {
        List<String> fired = new ArrayList<>();
        withLoop(loop -> {
            loop.timer(Duration.ZERO, first -> {
                fired.add("first");
                loop.timer(Duration.ZERO, timer -> fired.add("made by first"));
                assertEquals(List.of("first"), fired);
            });
            loop.timer(Duration.ZERO, second -> fired.add("second"));
            assertEquals(List.of(), fired);
            block(Duration.ofNanos(1_000)); // both are due when the pass begins
        });
        assertEquals(List.of("first", "second", "made by first"), fired);
    }

    @Rule("TIMER-004")
    void aPassFiresOnlyWhatWasDueWhenItBegan() {
        withLoop(loop -> loop.timer(Duration.ofMillis(1), first -> {
            long turn = loop.stats().turns();
            timers.add(loop, 0, () -> assertTrue(loop.stats().turns() > turn, "made in this very pass"));
            timers.add(loop, 2_000_000, () -> assertTrue(loop.stats().turns() > turn, "due in this very pass"));
            block(Duration.ofMillis(4));
        }));
        timers.assertAllFired();
    }

    /** Unless it was due already, on a machine that is so slow. */
    @Rule({"TIMER-004", "TIMER-002"})
    void whatComesDueInACallbackOfThePassWaitsForTheNext() {
        Duration later = Duration.ofMillis(20);
        List<String> log = new ArrayList<>();
        withLoop(loop -> {
            long start = nanoTime();
            loop.timer(Duration.ofMillis(1), first -> {
                boolean isDue = nanoTime() - start >= later.toNanos();
                loop.execute(() -> log.add(isDue ? "late" : "task"));
                block(later);
                log.add("first");
            });
            loop.timer(later, second -> log.add("second"));
        });
        if (!log.contains("late")) {
            assertEquals(List.of("first", "task", "second"), log);
        }
    }

    @Rule({"TIMER-014", "TIMER-002"})
    void aTimerMadeBeforeRunCountsFromItsCreation() {
        List<String> fired = new ArrayList<>();
        withOpenLoop(loop -> {
            timers.add(loop, 20_000_000, () -> fired.add("made before"));
            block(Duration.ofMillis(15));
            loop.run(init -> loop.timer(Duration.ofMillis(12), timer -> fired.add("made in run")));
            loop.timer(Duration.ofMillis(20), timer -> fired.add("made between"));
            block(Duration.ofMillis(15));
            loop.run(init -> loop.timer(Duration.ofMillis(12), timer -> fired.add("made in the second run")));
        });
        assertEquals(List.of("made before", "made in run", "made between", "made in the second run"), fired);
    }
}
