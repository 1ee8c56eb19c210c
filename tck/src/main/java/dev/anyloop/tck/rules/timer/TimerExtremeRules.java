package dev.anyloop.tck.rules.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.SocketOptions;
import dev.anyloop.Timer;
import dev.anyloop.TimerCallback;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.Stochastic;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/** Chapter TIMER of the specification, third part: negative, huge, restless and very many timers. */
public abstract class TimerExtremeRules extends Chapter {

    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);
    private static final int MANY = 100_000;

    @Rule({"TIMER-005", "TIMER-003"})
    void aNegativeDelayIsZero() {
        List<Integer> fired = new ArrayList<>();
        List<Duration> delays = List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(-1), Duration.ZERO,
                Duration.ofSeconds(Long.MIN_VALUE), Duration.ofSeconds(Long.MIN_VALUE, 1), Duration.ZERO);
        withLoop(loop -> {
            for (int i = 0; i < delays.size(); i++) {
                int number = i;
                loop.timer(delays.get(i), timer -> fired.add(number));
            }
            assertEquals(List.of(), fired);
        });
        assertEquals(IntStream.range(0, delays.size()).boxed().toList(), fired);
    }

    @Rule("TIMER-006")
    void aHugeDelayNeverFiresAndDisturbsNobody() {
        List<Duration> huge = List.of(FOR_EVER, Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
                Duration.ofNanos(Long.MAX_VALUE), Duration.ofNanos(Long.MAX_VALUE).plusNanos(1), Duration.ofMillis(Long.MAX_VALUE), Duration.ofDays(365L * 292),
                Duration.ofMillis(Integer.MAX_VALUE).plusMillis(1), Duration.ofSeconds(1L << 32));
        PunctualTimers others = new PunctualTimers(this::nanoTime);
        withLoop(loop -> {
            List<Timer> timers = new ArrayList<>();
            for (Duration delay : huge) {
                timers.add(loop.timer(delay, timer -> assertEquals("never", delay.toString())));
                timers.add(loop.interval(delay, timer -> assertEquals("never", delay.toString())));
            }
            others.add(loop, 5_000_000);
            long turns = loop.stats().turns();
            afterQuiet(loop, end -> {
                assertNoSpin(loop, turns);
                timers.forEach(timer -> assertTrue(timer.cancel(), "was not pending"));
            });
        });
        others.assertAllFired();
    }

    @Rule("TIMER-006")
    void aLoopWithNothingButAHugeTimerWaitsUntilItIsWoken() {
        withLoop(loop -> {
            Timer never = loop.timer(FOR_EVER, timer -> assertEquals("never", "fired"));
            long turns = loop.stats().turns();
            helper(() -> {
                block(limits().mustNotHappen());
                loop.execute(() -> {
                    assertNoSpin(loop, turns);
                    never.cancel();
                });
            });
        });
    }

    @Rule("TIMER-006")
    void aHugeIoTimeoutNeverExpires() {
        int port = peerServer(peer -> {
            peer.send(peer.read(1));
            peer.hold();
        });
        ConnectOptions options = ConnectOptions.defaults()
                .withConnectTimeout(FOR_EVER)
                .withSocket(SocketOptions.defaults().withCloseTimeout(FOR_EVER));
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            sockets.add(record(loop.connect(LOCALHOST, port, options).readTimeout(FOR_EVER).writeTimeout(FOR_EVER)));
            sockets.get(0).onConnect(socket -> socket.write("x"));
            when(loop, () -> sockets.get(0).saw("data"), l -> {
                long turns = loop.stats().turns();
                afterQuiet(loop, end -> {
                    assertNoSpin(loop, turns);
                    sockets.get(0).socket().close();
                });
            });
        });
        assertEquals("connect data close", sockets.get(0).trace());
    }

    @Rule("TIMER-012")
    void aTimerThatReArmsItselfStarvesNobody() {
        int port = peerServer(peer -> {
            for (int i = 0; i < 20; i++) {
                peer.send(peer.read(1));
            }
        });
        AtomicBoolean over = new AtomicBoolean();
        int[] rounds = new int[2];
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        withLoop(loop -> {
            reArm(loop, over, () -> rounds[0]++);
            reArm(loop, over, () -> rounds[1]++);
            Timer interval = loop.interval(Duration.ofNanos(1), timer -> {});
            loop.timer(Duration.ofMillis(5), timer -> seen.add("timer"));
            Hold hold = loop.hold();
            helper(() -> loop.execute(() -> {
                seen.add("task");
                hold.release();
            }));
            RecordedSocket echo = connect(loop, port)
                    .onConnect(socket -> socket.write("x"))
                    .onRead((socket, data) -> socket.write("x"))
                    .onClose((socket, error) -> seen.add("echo"));
            when(loop, () -> seen.size() == 3, end -> {
                over.set(true);
                interval.cancel();
                assertEquals(20, echo.byteCount());
            });
        });
        assertTrue(rounds[0] > 2 && rounds[1] > 2, "a positive control: they did re-arm themselves");
    }

    private static void reArm(EventLoop loop, AtomicBoolean over, Runnable round) {
        loop.timer(Duration.ZERO, timer -> {
            round.run();
            if (!over.get()) {
                reArm(loop, over, round);
            }
        });
    }

    /** A timer's deadline lies between the clock before the call and the clock after it, plus the delay. */
    private final class Made {
        private final long[] earliest = new long[MANY];
        private final long[] latest = new long[MANY];
        private final int[] runs = new int[MANY];
        private long earliestSoFar = Long.MIN_VALUE;
        private int fired;

        void timer(EventLoop loop, int number, long delayNanos, long origin) {
            earliest[number] = nanoTime() - origin + delayNanos;
            loop.timer(Duration.ofNanos(delayNanos), timer -> fired(number));
            latest[number] = nanoTime() - origin + delayNanos;
        }

        private void fired(int number) {
            runs[number]++;
            fired++;
            assertTrue(latest[number] >= earliestSoFar, "out of order");
            earliestSoFar = Math.max(earliestSoFar, earliest[number]);
        }
    }

    @Rule({"TIMER-013", "TIMER-003"})
    @Stochastic(3)
    void aHundredThousandTimersAllFireInOrder() {
        Made made = new Made();
        withLoop(loop -> {
            long origin = nanoTime();
            for (int i = 0; i < MANY; i++) {
                made.timer(loop, i, random().nextInt(100_000_000), origin);
            }
            assertEquals(MANY, loop.stats().timers());
        });
        assertEquals(MANY, made.fired);
        assertTrue(IntStream.of(made.runs).allMatch(runs -> runs == 1), "each once");
    }

    @Rule("TIMER-013")
    @Stochastic(3)
    void aHundredThousandCancelledTimersCostNothing() {
        withLoop(loop -> {
            Timer alive = loop.timer(Duration.ofHours(1), timer -> {});
            WeakReference<Object> callbacks = makeAndCancelMany(loop, random());
            assertEquals(1, loop.stats().timers());
            helper(() -> {
                until(() -> isCollected(callbacks), () -> "the callbacks are kept");
                loop.execute(alive::cancel);
            });
        });
    }

    private static boolean isCollected(WeakReference<Object> reference) {
        System.gc();
        return reference.get() == null;
    }

    /** Making them is the measure: cancelling must not be of another order. Answers with what all callbacks hold. */
    private WeakReference<Object> makeAndCancelMany(EventLoop loop, Random random) {
        Object held = new Object();
        TimerCallback[] callbacks = new TimerCallback[MANY];
        List<Timer> timers = new ArrayList<>(MANY);
        long start = nanoTime();
        for (int i = 0; i < MANY; i++) {
            callbacks[i] = timer -> assertEquals("cancelled", held.toString());
            timers.add(loop.timer(Duration.ofMillis(60_000 + random.nextInt(60_000)), callbacks[i]));
        }
        long making = nanoTime() - start;
        Collections.shuffle(timers, random);
        start = nanoTime();
        timers.forEach(Timer::cancel);
        long cancelling = nanoTime() - start;
        assertTrue(cancelling < 20 * making, () -> "made in " + making + " ns, cancelled in " + cancelling);
        return new WeakReference<>(held);
    }
}
