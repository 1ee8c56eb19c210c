package dev.anyloop.tck.rules.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.Capability;
import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Medium;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Chapter LOOP of the specification, eighth part: winding a loop down. */
public abstract class LoopShutdownRules extends LoopChapter {

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(30);

    @Rule({"LOOP-015", "CLOSE-001"})
    void serversAndSocketsCloseGracefullyAndRunReturns() {
        byte[] sent = randomBytes(big());
        byte[][] received = new byte[1][];
        int reading = smallPeerServer(peer -> received[0] = peer.readAll());
        int silent = peerServer(peer -> assertEquals("", peer.readAllText()));
        List<RecordedSocket> sockets = new ArrayList<>();
        List<String> closed = new ArrayList<>();
        withOpenLoop(loop -> {
            listen(loop, sockets::add).onClose(server -> closed.add("server"));
            listen(loop, sockets::add).pause().onClose(server -> closed.add("paused server"));
            sockets.add(connect(loop, reading, SMALL).onConnect(socket -> socket.write(sent)));
            sockets.add(connect(loop, silent));
            sockets.add(connect(loop, silent).onConnect(socket -> socket.pause()));
            when(loop, () -> sockets.stream().allMatch(socket -> socket.saw("connect")), all -> {
                loop.shutdown(LONG);
                sockets.forEach(socket -> assertFalse(socket.socket().isOpen()));
            });
            loop.run();
            assertEquals(List.of("paused server", "server"), closed.stream().sorted().toList());
            sockets.forEach(socket -> assertEquals("connect close", socket.trace()));
        });
        assertSameBytes(sent, received[0]);
    }

    @Rule("LOOP-015")
    void whatIsNewIsRefusedAndTheRestGoesOn() {
        int port = peerServer(Peer::drain);
        List<String> seen = new ArrayList<>();
        withLoop(loop -> {
            loop.shutdown(LONG);
            assertThrows(IllegalStateException.class, () -> loop.connect(LOCALHOST, port));
            assertThrows(IllegalStateException.class, () -> loop.connect("localhost", port));
            assertThrows(IllegalStateException.class, () -> loop.connect(
                    new InetSocketAddress(LOCALHOST, port), ConnectOptions.defaults()));
            if (capabilities().contains(Capability.UNIX_SOCKETS)) {
                SocketAddress path = Medium.UNIX.address(LOCALHOST, 0);
                assertThrows(IllegalStateException.class, () -> loop.connect(path, ConnectOptions.defaults()));
                assertThrows(IllegalStateException.class, () -> loop.listen(path, ListenOptions.defaults(), (server, socket) -> {}));
            }
            assertThrows(IllegalStateException.class, () -> loop.listen(LOCALHOST, 0, (server, socket) -> {}));
            assertThrows(IllegalStateException.class, () -> loop.listen(
                    new InetSocketAddress(LOCALHOST, 0), ListenOptions.defaults(), (server, socket) -> {}));
            loop.execute(() -> {
                seen.add("task");
                loop.execute(() -> seen.add("its task"));
            });
        });
        assertEquals(List.of("task", "its task"), seen);
    }

    @Rule("LOOP-015")
    void timersFireAsLongAsSomethingElseIsLiveAndThenNoMore() {
        CountDownLatch ticked = latch(3);
        int port = smallPeerServer(peer -> peer.await(ticked).drain());
        List<String> wrong = new ArrayList<>();
        withOpenLoop(loop -> {
            loop.interval(Duration.ofMillis(1), timer -> ticked.countDown());
            loop.timer(LONG, timer -> wrong.add("timer"));
            connect(loop, port, SMALL).onConnect(socket -> {
                socket.write(new byte[big()]);
                loop.shutdown(LONG);
                loop.timer(LONG, timer -> wrong.add("new timer"));
            });
            assertReturns(loop, "only timers were left");
            loop.interval(Duration.ofMillis(1), timer -> wrong.add("new interval"));
            assertReturns(loop, "only timers are left");
        });
        assertEquals(List.of(), wrong);
    }

    /** Stops the loop when its bytes are on their way to a peer that reads none of them. */
    private RecordedSocket stalled(EventLoop loop) {
        RecordedSocket socket = connect(loop, smallPeerServer(Peer::hold), SMALL);
        return socket.onConnect(s -> {
            s.write(ByteBuffer.allocate(big()), socket.completion("stalled"));
            loop.stop();
        });
    }

    @Rule("LOOP-015")
    void whatIsLeftAfterTheGraceIsAborted() {
        withOpenLoop(loop -> {
            RecordedSocket socket = stalled(loop);
            loop.run();
            long start = nanoTime();
            loop.shutdown(SHORT);
            assertReturns(loop, "the grace is over");
            assertTrue(nanoTime() - start >= SHORT.toNanos(), "the grace was cut short");
            assertEquals("connect close", socket.trace());
            assertEquals(List.of("stalled:SOCKET_CLOSED"), socket.completions());
        });
    }

    @Rule({"LOOP-015", "LOOP-014"})
    void aHoldIsRespectedForAsLongAsTheGrace() {
        withOpenLoop(loop -> {
            assertWorks(loop);
            loop.hold();
            loop.interval(Duration.ofMillis(1), timer -> {});
            long start = nanoTime();
            loop.run(init -> loop.shutdown(SHORT));
            assertTrue(nanoTime() - start >= SHORT.toNanos(), "the grace was cut short");
        });
    }

    @Rule({"LOOP-015", "LOOP-016"})
    void whoIsUnrefdIsClosedByTheShutdownToo() {
        int port = peerServer(Peer::drain);
        List<String> closed = new ArrayList<>();
        withOpenLoop(loop -> {
            listen(loop, accepted -> {}).onClose(server -> closed.add("server")).unref();
            RecordedSocket socket = connect(loop, port).onConnect(s -> {
                s.unref();
                loop.shutdown(LONG);
            });
            loop.run();
            assertEquals(List.of("server"), closed);
            assertEquals("connect close", socket.trace());
        });
    }

    @Rule("LOOP-015")
    void withoutGraceTheNextTurnAborts() {
        for (Duration none : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofSeconds(Long.MIN_VALUE))) {
            withOpenLoop(loop -> {
                RecordedSocket socket = stalled(loop);
                loop.run();
                loop.hold();
                loop.timer(LONG, timer -> {});
                loop.shutdown(none);
                assertFalse(socket.saw("close"), "closed in the call");
                assertReturns(loop, "without grace");
                assertEquals("connect close", socket.trace());
                boolean[] ran = new boolean[1];
                loop.execute(() -> ran[0] = true);
                assertReturns(loop, "the grace is over");
                assertTrue(ran[0], "a task that was queued before");
            });
        }
    }

    @Rule({"LOOP-015", "ORDER-004"})
    void aTaskThatAlwaysSubmitsAnotherDoesNotOutliveTheGrace() {
        withOpenLoop(loop -> {
            Runnable[] again = new Runnable[1];
            int[] ran = new int[1];
            again[0] = () -> {
                ran[0]++;
                loop.execute(again[0]);
            };
            loop.execute(again[0]);
            loop.run(l -> l.shutdown(SHORT));
            assertTrue(ran[0] > 0);
        });
    }

    @Rule({"LOOP-015", "TIMER-006"})
    void aHugeGraceIsNoGraceThatIsOver() {
        CountDownLatch shutDown = latch(1);
        int port = smallPeerServer(peer -> assertEquals(big(), peer.await(shutDown).readAll().length));
        withOpenLoop(loop -> {
            RecordedSocket socket = connect(loop, port, SMALL).onConnect(s -> {
                s.write(new byte[big()]);
                loop.shutdown(Duration.ofSeconds(Long.MAX_VALUE));
                shutDown.countDown();
            });
            assertReturns(loop, "all is closed");
            assertEquals("connect close", socket.trace());
        });
    }

    @Rule("LOOP-015")
    void whatConnectsOrResolvesIsClosedWithoutAnError() {
        CountDownLatch never = latch(1);
        int port = peerServer(Peer::drain);
        List<RecordedSocket> sockets = new ArrayList<>();
        withOpenLoop(LoopOptions.defaults().withResolver(host -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                // the loop was closed
            }
            return List.of();
        }), loop -> {
            sockets.add(connect(loop, port));
            sockets.add(record(loop.connect("slow.test", port)));
            loop.shutdown(LONG);
            assertReturns(loop, "all is closed");
            sockets.forEach(socket -> assertEquals("close", socket.trace()));
        });
    }

    /** While a callback that shuts down runs, a connection waits and data arrives. */
    @Rule({"LOOP-015", "LISTEN-003"})
    void whatArrivesTogetherWithTheShutdownIsForNobody() {
        CountDownLatch arrived = latch(2);
        CountDownLatch go = latch(1);
        int port = peerServer(peer -> {
            peer.await(go).send("late");
            arrived.countDown();
            peer.drain();
        });
        withLoop(loop -> {
            Server server = listen(loop, accepted -> assertEquals("nothing", "accept"));
            RecordedSocket late = connect(loop, port);
            when(loop, () -> late.saw("connect"), connected -> {
                go.countDown();
                peer(port(server), peer -> {
                    arrived.countDown();
                    peer.drain();
                });
                assertHappens(arrived, "data and a connection");
                loop.shutdown(LONG);
                late.onClose((socket, error) -> assertEquals("connect close", late.trace()));
            });
        });
    }

    @Rule("LOOP-015")
    void shutdownMayBeRepeatedAndClosedAfter() {
        withOpenLoop(loop -> {
            RecordedSocket socket = stalled(loop);
            loop.run();
            loop.shutdown(LONG);
            assertKeepsRunning(loop, "it flushes");
            loop.shutdown(Duration.ZERO);
            assertReturns(loop, "the second has no grace");
            assertEquals("connect close", socket.trace());
            loop.hold();
            loop.shutdown(LONG);
            assertReturns(loop, "a grace that is over stays over");
            loop.close();
            loop.shutdown(LONG); // does nothing
        });
    }

    @Rule("LOOP-015")
    void aFurtherShutdownMayGiveMoreTime() {
        withOpenLoop(loop -> {
            RecordedSocket socket = stalled(loop);
            loop.run();
            loop.shutdown(Duration.ofMillis(1));
            loop.shutdown(LONG);
            block(Duration.ofMillis(2));
            assertKeepsRunning(loop, "only the first grace is over");
            assertFalse(socket.saw("close"));
            loop.shutdown(Duration.ZERO);
            assertReturns(loop, "the third has no grace");
        });
    }
}
