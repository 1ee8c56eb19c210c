package dev.anyloop.tck.rules.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import dev.anyloop.Timer;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.run.Failure;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.function.Executable;

/** Chapter LOOP of the specification, fifth part: closing a loop. */
public abstract class LoopCloseRules extends LoopChapter {

    /** Everything a loop can hold, and what came of it. */
    private final class Everything {
        final List<RecordedSocket> sockets = new ArrayList<>();
        final List<Timer> timers = new ArrayList<>();
        final List<String> serversClosed = new ArrayList<>();
        final List<String> wrong = new ArrayList<>();
        private final EventLoop loop;

        /** Runs the loop until all is in its state. */
        Everything(EventLoop loop) {
            this.loop = loop;
            Server server = listen(loop, sockets::add);
            server.onClose(closed -> serversClosed.add("server"));
            listen(loop, sockets::add).pause().onClose(closed -> serversClosed.add("paused"));
            int silent = peerServer(Peer::drain);
            int stalled = smallPeerServer(Peer::hold);
            sockets.add(connect(loop, port(server)));
            sockets.add(connect(loop, silent).onConnect(socket -> socket.pause()));
            sockets.add(connect(loop, stalled).onConnect(socket -> socket.end())); // whose end nobody answers
            sockets.add(connect(loop, silent).onConnect(socket -> socket.unref()));
            sockets.add(connect(loop, stalled, SMALL).onConnect(socket -> {
                socket.write(new byte[big()]);
                socket.close();
            }));
            when(loop, () -> sockets.size() == 6 && sockets.stream().allMatch(this::isThere), all -> loop.stop());
            loop.run();
            sockets.add(connect(loop, silent)); // and one that is connecting
            timers.add(loop.timer(Duration.ZERO, timer -> wrong.add("timer")));
            timers.add(loop.interval(Duration.ofNanos(1), timer -> wrong.add("interval")));
            timers.add(loop.timer(Duration.ofHours(1), timer -> wrong.add("long timer")));
            loop.hold();
        }

        private boolean isThere(RecordedSocket socket) {
            return socket.saw("connect") || socket == sockets.get(sockets.size() - 1);
        }

        void assertAllClosed() {
            assertEquals(List.of(), wrong);
            assertEquals(List.of("paused", "server"), serversClosed.stream().sorted().toList());
            sockets.forEach(socket -> assertTrue(socket.saw("close"), "a socket without its close: " + socket.trace()));
            sockets.forEach(socket -> assertFalse(socket.saw("error"), "an error: " + socket.trace()));
            timers.forEach(timer -> assertFalse(timer.isPending() || timer.cancel(), "a timer that is pending"));
            assertEquals(0, loop.stats().openSockets() + loop.stats().connectingSockets()
                    + loop.stats().closingSockets() + loop.stats().servers() + loop.stats().timers());
        }
    }

    @Rule("LOOP-009")
    void closeInACallbackEndsEverythingBeforeRunReturns() {
        withOpenLoop(loop -> {
            Everything everything = new Everything(loop);
            loop.run(init -> {
                loop.execute(() -> everything.wrong.add("task"));
                loop.close();
                assertThrows(RejectedExecutionException.class, () -> loop.execute(() -> {}));
                assertFalse(everything.sockets.stream().anyMatch(socket -> socket.saw("close")), "closed in the call");
                loop.close();
            });
            everything.assertAllClosed();
        });
    }

    @Rule("LOOP-009")
    void closeOutsideOfRunEndsEverythingBeforeItReturns() {
        withOpenLoop(loop -> {
            Everything everything = new Everything(loop);
            loop.execute(() -> everything.wrong.add("task"));
            loop.close();
            everything.assertAllClosed();
            loop.close();
        });
    }

    @Rule("LOOP-017")
    void whoWaitsForTheEndOfALoopIsToldOnceWhenEverythingIsClosed() {
        List<String> told = new ArrayList<>();
        withOpenLoop(loop -> {
            listen(loop, accepted -> {}).onClose(server -> told.add("server"));
            loop.closed().thenRun(() -> told.add("first " + loop.inLoop()));
            loop.closed().thenRun(() -> {
                throw new IllegalStateException("nobody's business");
            });
            loop.run(running -> {
                loop.closed().thenRun(() -> told.add("then " + loop.inLoop()));
                loop.close();
                told.add("in the callback");
            });
            assertEquals(List.of("first true", "in the callback", "server", "then true"), sorted(told));
            assertEquals(List.of("in the callback", "server"), told.subList(0, 2));
            loop.close();
            loop.closed().thenRun(() -> told.add("too late"));
            assertEquals(5, told.size(), told::toString);
        });
    }

    private static List<String> sorted(List<String> told) {
        return told.stream().sorted().toList();
    }

    @Rule("LOOP-017")
    void aLoopThatIsClosedOutsideOfRunTellsSoInTheCallAndNotBefore() throws InterruptedException {
        CountDownLatch waiting = latch(1);
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        withOpenLoop(loop -> {
            helper(() -> {
                loop.closed().thenRun(() -> told.add("by another thread"));
                waiting.countDown();
            });
            assertTrue(waiting.await(limits().mustHappen().toNanos(), TimeUnit.NANOSECONDS));
            loop.stop();
            loop.run();
            assertEquals(List.of(), told);
            loop.close();
            assertEquals(List.of("by another thread"), told);
        });
    }

    @Rule("LOOP-009")
    void aLoopThatNeverRanCloses() {
        withOpenLoop(loop -> {
            List<String> closed = new ArrayList<>();
            listen(loop, accepted -> {}).onClose(server -> closed.add("server"));
            RecordedSocket socket = connect(loop, peerServer(Peer::drain));
            socket.socket().write(ByteBuffer.allocate(1), socket.completion("unsent"));
            loop.close();
            assertEquals(List.of("server"), closed);
            assertEquals("close", socket.trace());
            assertEquals(List.of("unsent:SOCKET_CLOSED"), socket.completions());
        });
    }

    /** "Answer, then exit." */
    @Rule({"LOOP-009", "WRITE-011"})
    void whatWasWrittenGetsALastWrite() {
        inEveryCallback(moment -> {
            CountDownLatch received = latch(1);
            withOpenLoop(loop -> {
                RecordedSocket socket = connectedTo(loop, "answer", received);
                moment.arrange(loop, () -> {
                    socket.socket().write("answer");
                    loop.close();
                });
                loop.run();
                assertHappens(received, "the answer");
            });
        });
    }

    @Rule("LOOP-009")
    void whatWasWrittenBetweenRunsGetsALastWrite() {
        CountDownLatch received = latch(1);
        withOpenLoop(loop -> {
            RecordedSocket socket = connectedTo(loop, "answer", received);
            socket.socket().write(UTF_8.encode("answer"), socket.completion("answer"));
            loop.close();
            assertHappens(received, "the answer");
            assertEquals(List.of("answer"), socket.completions());
        });
    }

    @Rule({"LOOP-009", "WRITE-005"})
    void whatTheKernelDoesNotTakeCompletesAsClosed() {
        int port = smallPeerServer(Peer::hold);
        List<RecordedSocket> sockets = new ArrayList<>();
        withOpenLoop(loop -> {
            sockets.add(connect(loop, port, SMALL));
            sockets.get(0).onConnect(socket -> {
                socket.write(ByteBuffer.allocate(1), sockets.get(0).completion("small"));
                socket.write(ByteBuffer.allocate(big()), sockets.get(0).completion("big"));
                socket.write(ByteBuffer.allocate(1), sockets.get(0).completion("behind"));
                loop.close();
            });
            long start = nanoTime();
            loop.run();
            assertTrue(nanoTime() - start < limits().mustHappen().toNanos() / 5, "it waited for the peer");
        });
        assertEquals(List.of("small", "big:SOCKET_CLOSED", "behind:SOCKET_CLOSED"), sockets.get(0).completions());
        assertEquals("connect close", sockets.get(0).trace());
    }

    /** While the one socket's callback runs, the other one's data and a connection arrive. */
    @Rule({"LOOP-009", "ORDER-008"})
    void afterCloseNothingIsDeliveredButCompletionsAndCloses() {
        CountDownLatch go = latch(1);
        CountDownLatch arrived = latch(2);
        int first = peerServer(peer -> peer.send("x").readAll());
        int other = peerServer(peer -> {
            go.await();
            peer.send("late").end();
            arrived.countDown();
            peer.drain();
        });
        withOpenLoop(loop -> {
            Server server = listen(loop, accepted -> assertEquals("nothing", "accept"));
            RecordedSocket late = connect(loop, other);
            when(loop, () -> late.saw("connect"), connected -> connect(loop, first).onRead((socket, data) -> {
                go.countDown();
                peer(port(server), peer -> {
                    arrived.countDown();
                    peer.drain();
                });
                assertHappens(arrived, "data and a connection");
                loop.close();
            }));
            loop.run();
            assertEquals("connect close", late.trace());
        });
    }

    @Rule("LOOP-009")
    void theOtherTimersAndTasksOfTheTurnDoNotRun() {
        for (boolean inTimer : List.of(true, false)) {
            withOpenLoop(loop -> {
                assertWorks(loop);
                List<String> wrong = new ArrayList<>();
                loop.timer(Duration.ZERO, timer -> {
                    if (inTimer) {
                        loop.close();
                    } else {
                        wrong.add("timer");
                    }
                });
                List<Timer> timers = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    timers.add(loop.timer(Duration.ZERO, timer -> wrong.add("next timer")));
                    timers.add(loop.interval(Duration.ofNanos(1), timer -> wrong.add("interval")));
                }
                if (!inTimer) {
                    loop.execute(loop::close);
                    loop.execute(() -> wrong.add("task"));
                }
                block(Duration.ofMillis(1));
                loop.run();
                assertEquals(List.of(), wrong);
                for (Timer timer : timers) {
                    assertFalse(timer.isPending(), "pending");
                    assertFalse(timer.cancel(), "it prevents no run");
                }
                assertEquals(0, loop.stats().timers() + loop.stats().queuedTasks());
            });
        }
    }

    @Rule({"LOOP-002", "LOOP-009"})
    void anInitThatACloseCameBeforeNeverRuns() {
        withOpenLoop(loop -> {
            assertWorks(loop);
            List<String> wrong = new ArrayList<>();
            loop.execute(loop::close);
            loop.run(l -> wrong.add("init"));
            assertEquals(List.of(), wrong);
            assertThrows(IllegalStateException.class, () -> loop.run(l -> wrong.add("init")));
        });
    }

    /** A close callback that throws keeps none of the others from running. */
    private void closingThrows(Throwable thrown, boolean inside, LoopThrows check) {
        withOpenLoop(loop -> {
            loop.onUncaught(null);
            List<String> closed = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                listen(loop, accepted -> {}).onClose(server -> {
                    closed.add("server");
                    Failure.sneak(thrown);
                });
            }
            check.check(loop, () -> {
                if (inside) {
                    loop.run(EventLoop::close);
                } else {
                    loop.close();
                }
            });
            assertEquals(List.of("server", "server", "server"), closed);
            loop.close();
            assertThrows(IllegalStateException.class, loop::run);
        });
    }

    @FunctionalInterface
    private interface LoopThrows {
        void check(EventLoop loop, Executable closing);
    }

    @Rule({"LOOP-009", "LOOP-011"})
    void whatCloseCallbacksThrowIsThrownByWhoeverRunsThem() {
        for (boolean inside : List.of(true, false)) {
            IllegalStateException unchecked = new IllegalStateException("from a close callback");
            closingThrows(unchecked, inside, (loop, closing) ->
                    assertSame(unchecked, assertThrows(IllegalStateException.class, closing)));
            Error error = new AssertionError("from a close callback");
            closingThrows(error, inside, (loop, closing) ->
                    assertSame(error, assertThrows(AssertionError.class, closing)));
            Exception checked = new Exception("from a close callback");
            closingThrows(checked, inside, (loop, closing) ->
                    assertSame(checked, assertThrows(CompletionException.class, closing).getCause()));
            List<Throwable> handled = new ArrayList<>();
            closingThrows(checked, inside, (loop, closing) -> {
                loop.onUncaught((l, thrown) -> handled.add(thrown));
                assertDoesNotThrow(closing);
            });
            assertEquals(List.of(checked, checked, checked), handled);
        }
    }
}
