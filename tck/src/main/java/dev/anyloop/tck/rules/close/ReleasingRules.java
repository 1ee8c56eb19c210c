package dev.anyloop.tck.rules.close;

import static dev.anyloop.tck.rules.Medium.TLS_1_2;
import static dev.anyloop.tck.rules.NotOver.NO_HALF_CLOSE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.NotOver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.opentest4j.TestAbortedException;

/** Chapter CLOSE of the specification, continued: how a socket is released once its last byte is sent. */
public abstract class ReleasingRules extends Chapter {

    // Unread input

    @Rule("CLOSE-003")
    void aRequestNobodyReadDoesNotCostTheAnswer() {
        assertAnswered((peer, arrived) -> {
            peer.send(new byte[200_000]);
            arrived.countDown();
            return latch(0);
        });
    }

    @Rule("CLOSE-003")
    @NotOver(value = TLS_1_2, because = NO_HALF_CLOSE)
    void aClientThatGoesOnSendingGetsTheAnswer() {
        assertAnswered((peer, arrived) -> {
            AtomicLong sent = new AtomicLong();
            CountDownLatch over = latch(1);
            helper(() -> {
                sendUntilRefused(peer, sent);
                over.countDown();
            });
            long before;
            do {
                before = sent.get();
                block(Duration.ofMillis(20));
            } while (before == 0 || sent.get() > before); // then the buffers on the way are full
            arrived.countDown();
            return over;
        });
    }

    @Rule("CLOSE-003")
    void aClientThatSaysNothingGetsTheAnswer() {
        assertAnswered((peer, arrived) -> {
            arrived.countDown();
            return latch(0);
        });
    }

    /** Answers with what is to be awaited when the connection is closed. */
    @FunctionalInterface
    private interface Request {
        CountDownLatch send(Peer peer, CountDownLatch arrived) throws Exception;
    }

    /** The server reads nothing. When the request has arrived it answers and closes. */
    private void assertAnswered(Request request) {
        CountDownLatch arrived = latch(1);
        withLoop(loop -> {
            Server server = listen(loop, accepted -> {
                accepted.socket().pause();
                when(loop, () -> arrived.getCount() == 0, l -> {
                    accepted.socket().write(new byte[much(1)]);
                    accepted.socket().close();
                });
            });
            peer(port(server), peer -> {
                CountDownLatch over = request.send(peer, arrived);
                assertEquals(much(1), peer.readAll().length); // a reset would be an exception
                peer.socket().close();
                peer.await(over);
                loop.execute(server::close);
            });
        });
    }

    @Rule({"CLOSE-003", "CLOSE-002"})
    @NotOver(value = TLS_1_2, because = NO_HALF_CLOSE)
    void aClientThatSendsForEverIsReadAwayForAsLongAsTheCloseTimeout() {
        SocketOptions hasty = SocketOptions.defaults().withCloseTimeout(limits().mustNotHappen());
        List<RecordedSocket> sockets = new ArrayList<>();
        int port = peerServer(peer -> sendUntilRefused(peer, new AtomicLong()));
        withLoop(loop -> sockets.add(connect(loop, port, hasty).onRead((s, data) -> s.close())));
        assertEquals("connect data close", sockets.get(0).trace());
        assertNull(sockets.get(0).closeError());
    }

    /** Until the test has the answer and closes the connection. */
    private static void sendUntilRefused(Peer peer, AtomicLong sent) {
        try {
            while (true) {
                peer.send(new byte[10_000]);
                sent.addAndGet(10_000);
            }
        } catch (IOException e) {
            // It is over.
        }
    }

    /**
     * Otherwise it would take a second of silence, or the peer's end, which does not come. A busy machine may take that long
     * now and then.
     */
    @Rule({"CLOSE-003", "CLOSE-006"})
    void aSocketWhosePeerSaysNothingMoreIsReleasedAtOnce() {
        Duration silence = Duration.ofMillis(750);
        Duration best = timeToRelease();
        for (int i = 0; i < 4 && best.compareTo(silence) >= 0; i++) {
            best = timeToRelease();
        }
        assertTrue(best.compareTo(silence) < 0, "after " + best + ", and it was tried five times");
    }

    private Duration timeToRelease() {
        AtomicReference<Duration> taken = new AtomicReference<>();
        int port = peerServer(peer -> {
            peer.send("x").readAll();
            peer.hold();
        });
        withLoop(loop -> {
            RecordedSocket socket = connect(loop, port);
            socket.onRead((s, data) -> {
                long start = nanoTime();
                s.write(new byte[100_000]);
                s.close();
                socket.onClose((same, error) -> taken.set(Duration.ofNanos(nanoTime() - start)));
            });
        });
        return taken.get();
    }

    /** Otherwise it would take a second of silence: something has come since it was closed. */
    @Rule("CLOSE-003")
    @NotOver(value = TLS_1_2, because = NO_HALF_CLOSE)
    void aClientThatEndsIsWaitedForNoLonger() {
        Duration silence = Duration.ofMillis(750);
        Duration best = timeToReleaseAfterTheEnd();
        for (int i = 0; i < 4 && best.compareTo(silence) >= 0; i++) {
            best = timeToReleaseAfterTheEnd();
        }
        assertTrue(best.compareTo(silence) < 0, "after " + best + ", and it was tried five times");
    }

    private Duration timeToReleaseAfterTheEnd() {
        AtomicLong ended = new AtomicLong();
        AtomicLong closed = new AtomicLong();
        CountDownLatch arrived = latch(1);
        withLoop(loop -> {
            Server server = listen(loop, accepted -> {
                accepted.onClose((s, error) -> {
                    closed.set(nanoTime());
                    loop.close();
                }).socket().pause();
                when(loop, () -> arrived.getCount() == 0, l -> {
                    accepted.socket().write("answer");
                    accepted.socket().close();
                });
            });
            peer(port(server), peer -> {
                peer.send("nobody reads it");
                arrived.countDown();
                peer.readAll();
                ended.set(nanoTime());
                peer.end();
            });
        });
        return Duration.ofNanos(closed.get() - ended.get());
    }

    // The descriptor

    @Rule("CLOSE-006")
    void theDescriptorIsGoneWhenTheCloseCallbackRuns() {
        assertDescriptorGone(Socket::close);
        assertDescriptorGone(Socket::abort);
        assertDescriptorGone(s -> {
            s.write(new byte[100_000]);
            s.close();
        });
    }

    /** Of a connected socket and then of an accepted one, while the peers hold theirs. */
    private void assertDescriptorGone(Consumer<Socket> end) {
        PeerScript script = peer -> peer.send("x").hold();
        int port = peerServer(script);
        withLoop(loop -> countAround(connect(loop, port), end));
        withLoop(loop -> {
            List<Socket> sockets = new ArrayList<>();
            Server server = listen(loop, accepted -> sockets.add(countAround(accepted, end).socket().pause()));
            when(loop, () -> !sockets.isEmpty(), l -> server.onClose(s -> sockets.get(0).resume()).close());
            peer(port(server), script);
        });
    }

    private RecordedSocket countAround(RecordedSocket socket, Consumer<Socket> end) {
        int[] before = new int[1];
        return socket.onRead((s, data) -> {
            before[0] = openDescriptors();
            end.accept(s);
        }).onClose((s, error) -> assertEquals(before[0] - 1, openDescriptors(), "descriptors"));
    }

    private int openDescriptors() {
        if (world().descriptors().isEmpty()) {
            throw new TestAbortedException("this system does not tell its descriptors");
        }
        return descriptorCount();
    }

    @Rule({"CLOSE-006", "CONN-001"})
    void theDescriptorOfAFailedConnectIsGoneToo() {
        int port = refusingPort();
        withLoop(loop -> {
            int before = openDescriptors();
            connect(loop, port).onClose((s, error) -> assertEquals(before, openDescriptors(), "descriptors"));
        });
    }

    @Rule({"CLOSE-006", "LISTEN-004"})
    void thePortCanBeListenedOnAgainInTheCloseCallback() {
        withLoop(loop -> {
            int before = openDescriptors();
            Server server = listen(loop, accepted -> {});
            server.onClose(closed -> {
                assertEquals(before, openDescriptors(), "descriptors");
                listenAgain(loop, port(server));
            }).close();
        });
    }

    private void listenAgain(EventLoop loop, int port) {
        Server again = loop.listen(address(port), listenOptions(), (server, socket) -> {
            socket.close();
            server.close();
        });
        assertEquals(port, port(again));
        peer(port, Peer::drain);
    }


}
