package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anyloop.BusyTimes;
import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.LoopOptions;
import dev.anyloop.LoopStats;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The figures of a loop, where a clock that is moved by hand makes them exact. */
class StatsOnTheFakeTest extends OnTheFake {

    @Test
    void theLongestTurnCountsReadCallbacksAndNotTheWaitBeforeThem() {
        AtomicReference<Duration> longest = new AtomicReference<>();
        run(loop -> {
            connect(loop, SocketOptions.defaults()).onRead((socket, data) -> advance(40));
            at(loop, 1_000, l -> peer().send("work"));
            at(loop, 5_000, l -> longest.set(loop.stats().longestTurn()));
            at(loop, 5_000, l -> loop.close());
        });
        assertEquals(Duration.ofMillis(40), longest.get());
    }

    @Test
    void theLongestTurnCountsTheLastOneOfARunAndNotTheTimeBetweenRuns() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            loop.run(l -> advance(30));
            advance(1_000);
            loop.run(l -> advance(20));
            assertEquals(Duration.ofMillis(30), loop.stats().longestTurn());
        }
    }

    @Test
    void theLongestTurnCountsTimersAlsoIfTheyAreTheLastThingOfARun() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            loop.run(l -> at(l, 1_000, timer -> advance(40)));
            advance(1_000);
            assertEquals(Duration.ofMillis(40), loop.stats().longestTurn());
        }
    }

    @Test
    void busyTurnsAreCountedInTheBucketOfTheirLength() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            for (int millis : new int[] {0, 1, 2, 3, 30, 30, 6_000}) {
                loop.run(l -> advance(millis));
            }
            LoopStats stats = loop.stats();
            assertEquals(List.of(1L, 0L, 0L, 0L, 0L, 0L, 1L, 1L, 1L, 0L, 0L, 2L, 0L, 0L, 0L, 0L, 0L, 0L, 1L), stats.busy().counts());
            assertEquals(7, stats.busy().turns());
            assertEquals(Duration.ZERO, stats.busyAtMost(0));
            assertEquals(Duration.ofNanos(10_000), stats.busyAtMost(0.1));
            assertEquals(Duration.ofMillis(5), stats.busyAtMost(0.5));
            assertEquals(Duration.ofMillis(50), stats.busyAtMost(0.6));
            assertEquals(Duration.ofSeconds(6), stats.busyAtMost(1), "beyond all limits: the longest");
        }
    }

    @Test
    void aShareOfTheTurnsIsNeverSaidToTakeLongerThanTheLongest() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            assertEquals(Duration.ZERO, loop.stats().busyAtMost(0.99), "of a loop that never ran");
            loop.run(l -> advance(30));
            assertEquals(Duration.ofMillis(30), loop.stats().busyAtMost(0.99));
            assertThrows(IllegalArgumentException.class, () -> loop.stats().busyAtMost(99));
            assertThrows(IllegalArgumentException.class, () -> loop.stats().busyAtMost(Double.NaN));
            assertThrows(IllegalArgumentException.class, () -> new BusyTimes(List.of(1L)));
        }
    }

    @Test
    void whatThereIsIsCountedInEachStateAndGoneWithTheLoop() {
        EventLoop loop = fake.open(LoopOptions.defaults());
        loop.run(l -> {
            fake.transport().holdCloses(true);
            for (int i = 0; i < 6; i++) {
                Socket socket = logged(l.connect("10.0.0.1", 80));
                if (i > 0) {
                    connection(i).complete();
                }
                if (i > 2) {
                    socket.onConnect(Socket::abort);
                }
            }
            l.listen("10.0.0.2", 0, (server, socket) -> {});
            l.listen("10.0.0.2", 0, (server, socket) -> {});
            l.hold();
            Hold released = l.hold();
            released.release();
            released.release();
            l.interval(Duration.ofSeconds(1), timer -> {});
            at(l, 10, timer -> {
                l.execute(() -> {});
                l.execute(() -> {});
                l.execute(() -> {});
                assertEquals("1 connecting, 2 open, 3 closing, 2 servers, 1 timers, 3 tasks, 1 holds", counts(l));
                fake.transport().holdCloses(false);
                l.stop();
            });
        });
        long before = now();
        loop.timer(Duration.ofDays(1), timer -> {});
        loop.close();
        assertEquals("0 connecting, 0 open, 0 closing, 0 servers, 0 timers, 0 tasks, 1 holds", counts(loop));
        assertEquals(before, now(), "the loop waited for something that was not there");
    }

    private static String counts(EventLoop loop) {
        LoopStats stats = loop.stats();
        return stats.connectingSockets() + " connecting, " + stats.openSockets() + " open, " + stats.closingSockets()
                + " closing, " + stats.servers() + " servers, " + stats.timers() + " timers, " + stats.queuedTasks()
                + " tasks, " + stats.holds() + " holds";
    }

    @Test
    void bytesAreCountedWhenTheyArriveAndWhenTheKernelHasTakenThem() {
        run(loop -> connect(loop, SocketOptions.defaults()).onConnect(s -> {
            peer().capacity(70).send(new byte[300]);
            s.write(new byte[100]);
            at(loop, 5, l -> {
                assertEquals(300, loop.stats().bytesIn());
                assertEquals(70, loop.stats().bytesOut());
                s.abort();
            });
        }));
        assertEquals(List.of("close@5"), log);
    }
}
