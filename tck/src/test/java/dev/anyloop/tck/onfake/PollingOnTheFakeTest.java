package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.LoopOptions;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.Loops;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.fake.FakeClock;
import dev.anyloop.tck.fake.FakePeer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** How core polls: how long it lets the engine wait, whom it wakes, and what it believes of a full batch. */
class PollingOnTheFakeTest {

    private final FakeClock clock = new FakeClock();
    private final WatchedTransport transport = new WatchedTransport(clock);
    private final List<String> log = new ArrayList<>();
    private @Nullable Runnable whenTheClockIsRead;
    private final EventLoop loop = Loops.open("fake", LoopOptions.defaults(), transport, this::time);

    /** Other threads come between wherever the loop looks at its clock, too. */
    private long time() {
        Runnable now = whenTheClockIsRead;
        whenTheClockIsRead = null;
        if (now != null) {
            now.run();
        }
        return clock.getAsLong();
    }

    @AfterEach
    void closeTheLoop() {
        loop.close();
    }

    private void after(long millis, Runnable action) {
        loop.timer(Duration.ofMillis(millis), timer -> action.run());
    }

    private Socket connected() {
        Socket socket = loop.connect("10.0.0.1", 80).onConnect(s -> loop.stop());
        transport.fake.connection(0).complete();
        loop.run();
        return socket;
    }

    // How long it waits

    @Rule({"LOOP-003", "RES-004"})
    void aLoopWaitsUntilItsNextTimerOrForEverAndNotAtAllWhenThereIsWork() {
        Hold hold = loop.hold();
        loop.run(init -> after(30, () -> loop.execute(() -> transport.meanwhile = () -> loop.execute(hold::release))));
        assertEquals(List.of(30L, -1L, 0L), transport.waits);
    }

    @Rule("TIMER-006")
    void noWaitIsLongerThanAnHour() {
        loop.run(init -> loop.timer(Duration.ofMinutes(150), timer -> {}));
        assertEquals(List.of(3_600_000L, 3_600_000L, 1_800_000L), transport.waits);
    }

    @Rule("TIMER-001")
    void aTimerThatIsOverdueIsNotWaitedFor() {
        loop.run(init -> {
            after(10, () -> {});
            clock.advance(Duration.ofMillis(20));
        });
        assertEquals(List.of(0L), transport.waits);
    }

    // Whom it wakes

    @Rule({"SEAM-009", "ORDER-003"})
    void ofManyTasksThatComeWhileItWaitsOnlyTheFirstWakes() {
        loop.run(init -> {
            after(1_000, () -> {});
            transport.meanwhile = () -> {
                for (String task : List.of("a", "b", "c")) {
                    loop.execute(() -> log.add(task));
                }
            };
        });
        assertEquals(List.of("a", "b", "c"), log);
        assertEquals(1, transport.wakeups);
        assertEquals(List.of(1_000L, 1_000L), transport.waits);
    }

    @Rule("SEAM-009")
    void aLoopThatDoesNotWaitIsNotWoken() {
        loop.execute(() -> {});
        loop.run(init -> {
            after(10, () -> {
                loop.execute(() -> {});
                transport.meanwhile = () -> loop.execute(() -> {});
            });
            loop.execute(() -> {
                loop.execute(() -> {});
                transport.meanwhile = () -> loop.execute(() -> {});
            });
        });
        assertEquals(0, transport.wakeups);
    }

    @Rule("LOOP-006")
    void stopWakesALoopThatWaits() {
        after(1_000, () -> log.add("timer"));
        transport.meanwhile = loop::stop;
        loop.run();
        assertEquals(List.of(), log);
        assertEquals(1, transport.wakeups);
    }

    @Rule({"THREAD-008", "SEAM-009"})
    void aCallThatCannotWakeTheLoopHasNoEffectAndTheNextOneWakes() {
        loop.run(init -> {
            Hold hold = loop.hold();
            after(1_000, () -> log.add("timer"));
            transport.meanwhile = () -> {
                for (Runnable call : List.<Runnable>of(() -> loop.execute(() -> log.add("task")), hold::release, loop::stop)) {
                    transport.sleepy = new OutOfMemoryError("in the engine");
                    assertThrows(OutOfMemoryError.class, call::run);
                }
                assertEquals("0 tasks, 1 holds", loop.stats().queuedTasks() + " tasks, " + loop.stats().holds() + " holds");
                hold.release();
                loop.execute(() -> log.add("the next task"));
            };
        });
        assertEquals(List.of("the next task", "timer"), log);
        assertEquals(1, transport.wakeups);
    }

    /** Too early for a wake-up, too late for the look at the queue that began the wait. */
    @Rule({"SEAM-009", "LOOP-006"})
    void whatComesBetweenTheLastLookAndTheWaitIsNotMissed() {
        loop.run(init -> {
            after(1_000, () -> log.add("timer"));
            whenTheClockIsRead = () -> loop.execute(() -> log.add("task"));
        });
        assertEquals(List.of("task", "timer"), log);
        assertEquals(List.of(0L, 1_000L), transport.waits);
        transport.waits.clear();
        loop.run(init -> {
            after(1_000, () -> log.add("never"));
            whenTheClockIsRead = loop::stop;
        });
        assertEquals(List.of(0L), transport.waits);
    }

    // What it believes of a full batch

    /** Handles take turns: when the busy one is told of again, the silent one had its turn, and nothing was there. */
    @Rule({"TIMEOUT-007", "SEAM-008"})
    void aTimeoutComesWhenAnotherSocketHadTwoTurnsSinceItWasDue() {
        transport.drained = nanos -> false;
        Socket busy = loop.connect("10.0.0.2", 80).onRead((s, data) -> {
            if (transport.waits.size() < 100) { // else it would be for ever
                peerOf(0).send("more");
            }
        });
        loop.connect("10.0.0.1", 80).readTimeout(Duration.ofMillis(100)).onError((s, error) -> {
            log.add(error.kind() + " after " + transport.waits);
            busy.abort();
        });
        transport.fake.connection(0).complete();
        transport.fake.connection(1).complete();
        after(100, () -> {
            peerOf(0).send("more");
            transport.waits.clear();
        });
        loop.run();
        assertEquals(List.of("READ_TIMEOUT after [0, 0]"), log);
    }

    private FakePeer peerOf(int index) {
        return transport.fake.connection(index).peer();
    }

    /** The end says that nothing else comes, which a full batch does not. */
    @Rule({"READ-005", "SEAM-008"})
    void anEndAfterABrokenOutputIsTheErrorWithoutAFurtherPoll() {
        transport.drained = nanos -> false;
        loop.connect("10.0.0.1", 80).onConnect(s -> after(5, () -> {
            transport.fake.connection(0).failOutput(new IOException("Broken pipe"));
            transport.fake.connection(0).peer().end();
            s.write("x");
            transport.waits.clear();
        })).onEnd(s -> log.add("end")).onError((s, error) -> log.add(error.kind() + " " + transport.waits));
        transport.fake.connection(0).complete();
        loop.run();
        assertEquals(List.of("CONNECTION_RESET [0]"), log);
    }

    @Rule({"READ-005", "WRITE-007"})
    void aBrokenOutputAfterTheEndIsTheErrorWithoutAFurtherPoll() {
        ConnectOptions halfOpen = ConnectOptions.defaults()
                .withSocket(SocketOptions.defaults().withAllowHalfOpen(true));
        transport.drained = nanos -> false;
        loop.connect("10.0.0.1", 80, halfOpen).onEnd(s -> after(5, () -> {
            transport.fake.connection(0).failOutput(new IOException("Broken pipe"));
            s.write("x");
            transport.waits.clear();
        })).onError((s, error) -> log.add(error.kind() + " " + transport.waits));
        transport.fake.connection(0).complete();
        transport.fake.connection(0).peer().end();
        loop.run();
        assertEquals(List.of("CONNECTION_RESET [0]"), log);
    }

    // Interrupts

    @Rule("LOOP-012")
    void anInterruptIsKeptFromTheEngineAndSetAgainWhenRunReturns() {
        loop.run(init -> {
            Thread.currentThread().interrupt();
            after(5, () -> {});
            after(6, () -> {});
        });
        assertTrue(Thread.interrupted());
        assertEquals(List.of(false, false), transport.interrupts);
        loop.run(init -> {});
        assertFalse(Thread.interrupted(), "it is set again once");
    }

    @Rule({"LOOP-012", "LOOP-009"})
    void aLoopClosesAsUsualOnAThreadThatIsInterrupted() {
        connected().onClose((s, error) -> {
            log.add("close");
            Thread.currentThread().interrupt();
            s.write(ByteBuffer.allocate(1), (same, refused) -> log.add("completion")); // it takes another poll
        });
        Thread.currentThread().interrupt();
        loop.close();
        assertTrue(Thread.interrupted());
        assertEquals(List.of("close", "completion"), log);
        assertFalse(transport.interrupts.contains(true));
    }

    // The end

    @Rule({"LOOP-009", "SEAM-006"})
    void aLoopThatClosesWaitsForTheEngineOnlyWhenItHasNothingElseToDo() {
        connected();
        transport.waits.clear();
        loop.close();
        assertEquals(List.of(0L, 100L), transport.waits);
    }

    @Rule({"LOOP-009", "WRITE-005"})
    void aLoopThatClosesTellsCompletionsWithoutWaiting() {
        Socket socket = connected();
        transport.fake.connection(0).peer().capacity(0);
        socket.write(ByteBuffer.allocate(1), (s, error) -> log.add(String.valueOf(error.kind())));
        transport.waits.clear();
        loop.close();
        assertEquals(List.of("SOCKET_CLOSED"), log);
        assertEquals(List.of(0L, 0L), transport.waits);
    }

    @Rule("SEAM-010")
    void anEngineThatBreaksEndsTheRunWithItsReason() {
        transport.broken = new IOException("Bad file descriptor");
        loop.onUncaught((same, thrown) -> log.add("a matter of callbacks"));
        Throwable thrown = assertThrows(CompletionException.class, () -> loop.run(init -> loop.hold()));
        assertEquals("Bad file descriptor", thrown.getCause().getMessage());
        assertEquals(List.of(), log);
    }

    @Rule({"SEAM-010", "LOOP-009"})
    void anEngineThatBreaksWhileItsLoopClosesIsClosedAllTheSame() {
        IOException reason = new IOException("Bad file descriptor");
        transport.broken = reason;
        assertSame(reason, assertThrows(CompletionException.class, loop::close).getCause());
        assertTrue(transport.fake.isClosed());
    }
}
