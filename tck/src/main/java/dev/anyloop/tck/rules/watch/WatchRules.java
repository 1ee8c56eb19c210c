package dev.anyloop.tck.rules.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.BusyTimes;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.rules.Chapter;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
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
}
