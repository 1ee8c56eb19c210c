package dev.anyloop.tck.rules.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.BusyTimes;
import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.Timer;
import dev.anyloop.TlsOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.NeedsSystem;
import dev.anyloop.tck.rules.tls.Certificates;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.BeforeEach;

/** Chapter WATCH of the specification: what a loop shows of itself. */
public abstract class WatchRules extends Chapter {

    private static final Duration LONG = Duration.ofMillis(30);
    private static final Duration LIMIT_BELOW = Duration.ofMillis(20);
    private static final int WAITS = 4; // a machine may be slow once, and not each time

    @BeforeEach
    void prepareTheRecorder() {
        FlightEvents.prepare();
    }

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

    @Rule("WATCH-002")
    void aCallbackThatDoesNotReturnIsDescribedWithItsTimeAndItsPlace() {
        AtomicReference<String> seen = new AtomicReference<>("");
        withLoop(loop -> {
            assertFalse(loop.describe().contains("busy for"), loop::describe);
            loop.timer(Duration.ZERO, timer -> doNotReturnUntilDescribed(loop, seen));
        });
        String text = seen.get();
        assertTrue(text.contains("inside timer of timer"), text);
        assertTrue(text.contains("doNotReturnUntilDescribed"), () -> "without the stack: " + text);
        assertTrue(text.lines().anyMatch(line -> line.matches("busy for \\d+\\.\\d+ s, at")), text);
    }

    private void doNotReturnUntilDescribed(EventLoop loop, AtomicReference<String> seen) throws InterruptedException {
        CountDownLatch described = latch(1);
        helper(() -> {
            until(() -> {
                seen.set(loop.describe());
                return seen.get().contains("busy for");
            }, loop::describe);
            described.countDown();
        });
        assertTrue(described.await(limits().mustHappen().toNanos(), TimeUnit.NANOSECONDS), seen::get);
        assertFalse(loop.describe().contains("busy for"), "by the thread that is not stuck, since it asks");
    }

    @Rule("WATCH-003")
    void theFlightRecorderIsToldOfConnectionsFromTheirBeginningToTheirEnd() throws IOException {
        int refusing = refusingPort();
        FlightEvents events = FlightEvents.recorded(() -> withLoop(LoopOptions.defaults().withName("watched"), loop -> {
            Server server = listen(loop, accepted -> {});
            connect(loop, port(server)).onConnect(Socket::end).onClose((s, error) -> server.close());
            connect(loop, refusing);
        }), "Connect", "Accept", "Close");
        assertEquals(2, events.of("Connect").count(), events::toString);
        assertEquals(1, events.of("Connect").filter(event -> event.getString("error") == null).count(), events::toString);
        assertEquals(1, events.of("Accept").count(), events::toString);
        assertEquals(3, events.of("Close").count(), events::toString);
        assertEquals(1, events.of("Close").filter(event -> event.getString("error") != null).count(), events::toString);
    }

    @Rule("WATCH-003")
    void theFlightRecorderIsToldWhoItWasAndWhoHasClosed() throws IOException {
        int refusing = refusingPort();
        int ending = peerServer(peer -> peer.end().drain());
        int[] listening = new int[1];
        FlightEvents events = FlightEvents.recorded(() -> withLoop(LoopOptions.defaults().withName("watched"), loop -> {
            RecordedSocket[] client = new RecordedSocket[1];
            Server server = listen(loop, accepted -> when(loop, () -> client[0].saw("connect"), both -> client[0].socket().abort()));
            listening[0] = port(server);
            client[0] = connect(loop, listening[0]).onClose((s, error) -> server.close());
            connect(loop, ending);
            connect(loop, refusing);
        }), "Connect", "Accept", "Close");
        String there = LOCALHOST + ":" + listening[0];
        assertTold(events, "Connect", event -> event.getString("to").equals(there) && event.getString("error") == null);
        assertTold(events, "Connect", event -> event.getString("to").equals(LOCALHOST + ":" + refusing)
                && event.getString("error").contains(LOCALHOST + ":" + refusing));
        assertTold(events, "Accept", event -> event.getString("server").equals(there) && event.getString("socket").endsWith(" from " + there));
        assertTold(events, "Close", event -> event.getString("socket").startsWith(there) && event.getBoolean("closedByUser"));
        assertTold(events, "Close", event -> event.getString("socket").contains(":" + ending) && !event.getBoolean("closedByUser"));
        assertTold(events, "Close", event -> event.getString("socket").contains(":" + refusing) && event.getString("error") != null);
        events.all().forEach(event -> assertEquals("watched", event.getString("loop"), event::toString));
    }

    /** It is queued for its next run before it fires. */
    @Rule("WATCH-003")
    @NeedsSystem("its time")
    void theFlightRecorderIsToldOfAnIntervalThatIsLate() throws IOException {
        FlightEvents events = FlightEvents.recorded(() -> withLoop(loop -> {
            loop.interval(Duration.ofMillis(1), Timer::cancel);
            block(LONG);
        }), "TimerLate");
        assertTold(events, "TimerLate", event -> isLong(event.getDuration("lateness").plusMillis(2)));
    }

    @Rule("WATCH-003")
    void theFlightRecorderIsToldNothingThatItDoesNotAskFor() throws IOException {
        FlightEvents events = FlightEvents.recorded(() -> withLoop(LoopOptions.defaults().withName("watched"), loop -> {
            Server server = listen(loop, accepted -> {});
            connect(loop, port(server)).onConnect(Socket::end).onClose((s, error) -> server.close());
        }), "Accept");
        assertEquals(events.of("Accept").count(), events.all().count(), events::toString);
        assertEquals(1, events.all().count(), events::toString);
    }

    private static long countBeyond(EventLoop loop, Duration limit) {
        int first = BusyTimes.limits().indexOf(limit) + 1;
        BusyTimes busy = loop.stats().busy();
        return busy.counts().subList(first, busy.counts().size()).stream().mapToLong(Long::longValue).sum();
    }

    /** The longest, as each limit, is no more than it took; of those that took less the figures say less. */
    @Rule("WATCH-001")
    void theLongestTurnIsTheLongest() {
        withOpenLoop(loop -> {
            assertEquals(Duration.ZERO, loop.stats().longestTurn());
            assertEquals(Duration.ZERO, loop.stats().busyAtMost(1));
            long begun = nanoTime();
            loop.run(l -> block(LONG));
            Duration taken = Duration.ofNanos(nanoTime() - begun);
            Duration longest = loop.stats().longestTurn();
            assertTrue(longest.compareTo(LONG) >= 0 && longest.compareTo(taken) <= 0, longest + " in " + taken);
            for (int i = 0; i < 3; i++) {
                loop.run(l -> {});
            }
            assertTrue(loop.stats().longestTurn().compareTo(longest) >= 0, loop.stats()::toString);
            assertEquals(loop.stats().longestTurn(), loop.stats().busyAtMost(1));
        });
    }

    /** The recorder's time is not that of a simulation. */
    @Rule("WATCH-003")
    @NeedsSystem("its time")
    void theFlightRecorderIsToldOfASlowCallbackAndOfAllThatItKeptWaiting() throws IOException {
        FlightEvents events = FlightEvents.recorded(() -> withLoop(LoopOptions.defaults().withName("watched"), loop -> {
            loop.timer(Duration.ofMillis(1), timer -> {});
            loop.execute(new Late());
            loop.timer(Duration.ZERO, timer -> block(LONG));
            block(LONG);
        }), "Turn", "Callback", "TaskWait", "TimerLate");
        assertTold(events, "Callback", event -> "init".equals(event.getString("callback")) && isLong(event.getDuration()));
        assertTold(events, "Callback", event -> "timer".equals(event.getString("callback")) && isLong(event.getDuration()));
        assertTold(events, "Callback", event -> "task".equals(event.getString("callback"))
                && Late.class.getName().equals(event.getString("of")) && isLong(event.getDuration()));
        assertTold(events, "Turn", event -> isLong(event.getDuration()));
        assertTold(events, "TaskWait", event -> Late.class.getName().equals(event.getString("task")) && isLong(event.getDuration()));
        assertTold(events, "TimerLate", event -> isLong(event.getDuration("lateness").plusMillis(2)));
        events.all().forEach(event -> assertEquals("watched", event.getString("loop"), event::toString));
    }

    private static void assertTold(FlightEvents events, String name, Predicate<RecordedEvent> wanted) {
        assertTrue(events.of(name).anyMatch(wanted), () -> "no such " + name + " among " + events);
    }

    private static boolean isLong(Duration duration) {
        return duration.compareTo(LONG) >= 0;
    }

    /** It has waited, and keeps others waiting; what it is called is nobody's business. */
    private final class Late implements Runnable {

        @Override
        public void run() {
            block(LONG);
        }

        @Override
        public String toString() {
            throw new AssertionError("code of the user's");
        }
    }

    @Rule("WATCH-003")
    void theFlightRecorderIsToldOfOutputThatIsPausedUntilItDrainsOrEnds() throws IOException {
        CountDownLatch mayRead = latch(1);
        SocketOptions options = SMALL.withWaterMarks(10_000, 1_000);
        int draining = smallPeerServer(peer -> peer.await(mayRead).drain());
        int stalled = smallPeerServer(Peer::hold);
        FlightEvents events = FlightEvents.recorded(() -> withLoop(LoopOptions.defaults().withName("watched"), loop -> {
            connect(loop, draining, options).onConnect(s -> {
                assertFalse(s.write(new byte[big() / 8]));
                afterQuiet(loop, quiet -> mayRead.countDown());
            }).onDrain(s -> s.close());
            connect(loop, stalled, options).onConnect(s -> {
                assertFalse(s.write(new byte[big() / 8]));
                afterQuiet(loop, quiet -> s.abort());
            });
            connect(loop, draining, options).onConnect(s -> {
                assertTrue(s.write("little"));
                s.close();
            });
        }), "OutputPaused");
        assertEquals(2, events.of("OutputPaused").count(), events::toString);
        for (int port : new int[] {draining, stalled}) {
            assertTold(events, "OutputPaused", event -> event.getString("socket").contains(LOCALHOST + ":" + port)
                    && event.getLong("pending") >= 10_000 && event.getLong("pending") <= big() / 8);
        }
        events.all().forEach(event -> assertEquals("watched", event.getString("loop"), event::toString));
    }

    @Rule("WATCH-003")
    void theFlightRecorderIsToldOfHandshakesByBothSidesAlsoOfOneThatFails() throws IOException {
        Certificates made = Certificates.made();
        TlsOptions server = TlsOptions.server(Certificates.context(made.ours));
        TlsOptions trusting = TlsOptions.client().withServerName("localhost").withContext(Certificates.context(null, made.ours));
        TlsOptions distrusting = trusting.withContext(Certificates.context(null, made.others));
        FlightEvents events = FlightEvents.recorded(() -> withLoop(LoopOptions.defaults().withName("watched"), loop -> {
            Server listening = loop.listen(LOCALHOST, 0, ListenOptions.defaults().withTls(server), (own, s) -> accepted(s, accepted -> {}))
                    .onError((own, error) -> own.close());
            record(loop.connect(LOCALHOST, port(listening), ConnectOptions.defaults().withTls(trusting))).onConnect(Socket::close)
                    .onClose((s, error) -> record(loop.connect(LOCALHOST, port(listening), ConnectOptions.defaults().withTls(distrusting))));
        }), "TlsHandshake");
        assertEquals(4, events.of("TlsHandshake").count(), events::toString);
        assertEquals(2, events.all().filter(event -> "TLSv1.3".equals(event.getString("protocol"))).count(), events::toString);
        assertTrue(events.all().allMatch(event -> event.getDuration().toNanos() > 0), events::toString);
        assertEquals(2, events.all().filter(event -> event.getString("error") != null).count(), events::toString);
        assertTrue(events.all().allMatch(event -> event.getString("peer").startsWith(LOCALHOST + ":")), events::toString);
    }
}
