package dev.anyloop.tck.rules.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ErrorKind;
import dev.anyloop.Socket;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.SocketChapter;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Chapter CONN of the specification: connections that are made, or closed on the way. */
public abstract class ConnectingRules extends SocketChapter {

    private static final List<Consumer<Socket>> WAYS_TO_CLOSE = List.of(Socket::close, Socket::abort);

    @Rule({"CONN-008", "WRITE-005"})
    void closingASocketThatConnectsGivesCloseOnly() {
        int port = silentPort();
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            int before = descriptorCount();
            AtomicInteger closed = new AtomicInteger();
            for (Consumer<Socket> close : WAYS_TO_CLOSE) {
                RecordedSocket atOnce = connect(loop, port);
                RecordedSocket later = connect(loop, port);
                for (RecordedSocket socket : List.of(atOnce, later)) {
                    sockets.add(socket.onClose((s, error) -> {
                        if (closed.incrementAndGet() == 4) {
                            assertEquals(before, descriptorCount(), "descriptors");
                        }
                    }));
                    write(socket, "a");
                    write(socket, "b");
                }
                closeAndCheck(atOnce, close);
                loop.timer(Duration.ofMillis(1), timer -> closeAndCheck(later, close));
            }
        });
        assertEquals(4, sockets.size());
        for (RecordedSocket socket : sockets) {
            assertEquals("close", socket.trace());
            assertNull(socket.closeError());
            assertEquals(List.of("a:SOCKET_CLOSED", "b:SOCKET_CLOSED"), socket.completions());
        }
    }

    private static void closeAndCheck(RecordedSocket socket, Consumer<Socket> close) {
        close.accept(socket.socket());
        assertFalse(socket.socket().isOpen());
        assertEquals("", socket.trace(), "called back inside the call");
    }

    @Rule("CONN-008")
    void aConnectionThatWasMadeBehindTheBackOfTheLoopIsClosedUnseen() {
        CountDownLatch accepted = latch(2);
        List<Long> received = new ArrayList<>();
        int port = peerServer(peer -> {
            accepted.countDown();
            long bytes = peer.drain();
            synchronized (received) {
                received.add(bytes);
            }
        });
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            sockets.add(connect(loop, port));
            sockets.add(connect(loop, port));
            await(accepted);
            for (int i = 0; i < sockets.size(); i++) {
                write(sockets.get(i), "a");
                closeAndCheck(sockets.get(i), WAYS_TO_CLOSE.get(i));
            }
        });
        for (RecordedSocket socket : sockets) {
            assertEquals("close", socket.trace());
            assertEquals(List.of("a:SOCKET_CLOSED"), socket.completions());
        }
        assertEquals(List.of(0L, 0L), received);
    }

    @Rule("CONN-008")
    void theFirstToConnectMayCloseThoseThatConnectInTheSameBatch() {
        CountDownLatch accepted = latch(4);
        int port = peerServer(peer -> {
            accepted.countDown();
            peer.drain();
        });
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            for (int i = 0; i < 4; i++) {
                sockets.add(connect(loop, port).onConnect(first -> closeOthers(first, sockets)));
            }
            await(accepted);
        });
        assertEquals(List.of("close", "close", "close", "connect close"),
                sockets.stream().map(RecordedSocket::trace).sorted().toList());
    }

    @Rule({"CONN-008", "CLOSE-004"})
    void theFirstToFailMayCloseThoseThatFailInTheSameBatch() {
        int port = refusingPort();
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            for (int i = 0; i < 4; i++) {
                sockets.add(connect(loop, port).onError((first, error) -> closeOthers(first, sockets)));
            }
        });
        assertEquals(List.of("close", "close", "close", "error close"),
                sockets.stream().map(RecordedSocket::trace).sorted().toList());
    }

    private static void closeOthers(Socket first, List<RecordedSocket> sockets) {
        for (int i = 0; i < sockets.size(); i++) {
            Socket socket = sockets.get(i).socket();
            if (socket == first || i % 2 == 0) {
                socket.close();
            } else {
                socket.abort();
            }
        }
    }

    @Rule({"CONN-011", "WRITE-004"})
    void whatWasWrittenBeforeTheConnectionIsSentFirst() {
        byte[] first = randomBytes(much(1));
        AtomicReference<byte[]> received = new AtomicReference<>();
        int port = peerServer(peer -> received.set(peer.readAll()));
        RecordedSocket socket = withSocket(loop -> {
            RecordedSocket connecting = connect(loop, port);
            connecting.onConnect(s -> {
                assertEquals(List.of(), connecting.completions(), "nothing was sent yet");
                write(connecting, "d");
                loop.execute(() -> {
                    write(connecting, "e");
                    s.close();
                });
            });
            connecting.socket().write(ByteBuffer.wrap(first), connecting.completion("a"));
            connecting.socket().write(ByteBuffer.allocate(0), connecting.completion("b"));
            write(connecting, "c");
            return connecting;
        });
        assertEquals("connect close", socket.trace());
        assertEquals(List.of("a", "b", "c", "d", "e"), socket.completions());
        ByteBuffer all = ByteBuffer.allocate(first.length + 3).put(first).put("cde".getBytes(UTF_8));
        assertSameBytes(all.array(), received.get());
    }

    @Rule("CONN-012")
    void theAddressesAreThoseOfTheConnectionFromConnectToAfterClose() {
        knowsItsAddresses(LOCALHOST);
    }

    @Rule("CONN-012")
    void onIpv6TheAddressesAreKnownAsWell() {
        assumeIpv6();
        knowsItsAddresses("::1");
    }

    private void knowsItsAddresses(String host) {
        BlockingQueue<SocketAddress> seen = queue();
        int port = peers().listen(host, 0, peer -> {
            seen.add(peer.socket().getRemoteSocketAddress());
            peer.end().readAll();
        });
        InetSocketAddress server = new InetSocketAddress(host, port);
        RecordedSocket socket = withSocket(loop -> {
            RecordedSocket connecting = record(loop.connect(host, port));
            assertNull(connecting.socket().localAddress());
            assertNull(connecting.socket().remoteAddress());
            return connecting.onConnect(s -> assertAddresses(seen.take(), server, s))
                    .onClose((s, error) -> assertEquals(server, s.remoteAddress()));
        });
        assertEquals("connect end close", socket.trace());
        assertEquals(server, socket.socket().remoteAddress());
        assertEquals(server.getAddress(), ((InetSocketAddress) socket.socket().localAddress()).getAddress());
    }

    @Rule("CONN-012")
    void connectingToTheWildcardIsConnectingToLoopback() {
        assertConnects("0.0.0.0", LOCALHOST);
    }

    @Rule("CONN-012")
    void connectingToTheIpv6WildcardIsConnectingToItsLoopback() {
        assumeIpv6();
        assertConnects("::", "::1");
        assertConnects("[::]", "::1");
    }

    private void assertConnects(String host, String remote) {
        int port = peers().listen(remote, 0, peer -> peer.end().readAll());
        RecordedSocket socket = withSocket(loop -> record(loop.connect(host, port)));
        assertEquals("connect end close", socket.trace());
        assertEquals(new InetSocketAddress(remote, port), socket.socket().remoteAddress());
    }

    private static void assertAddresses(SocketAddress local, SocketAddress remote, Socket socket) {
        assertEquals(local, socket.localAddress());
        assertEquals(remote, socket.remoteAddress());
    }

    /** A client that is gone when it is accepted has an address all the same. */
    @Rule({"CONN-012", "LISTEN-010"})
    void theAddressesOfAnAcceptedSocketAreKnownEvenIfItsPeerIsGone() {
        List<SocketAddress> clients = new ArrayList<>();
        List<SocketAddress> accepted = new ArrayList<>();
        withLoop(loop -> {
            CountDownLatch gone = latch(1);
            int port = port(loop.listen(LOCALHOST, 0, (server, s) -> accepted(s, socket -> {
                accepted.add(s.remoteAddress());
                assertEquals(server.localAddress(), s.localAddress());
                socket.onClose((closed, error) -> assertEquals(server.localAddress(), closed.localAddress()));
                if (s.remoteAddress().equals(clients.get(1))) {
                    server.close();
                }
            })));
            peer(port, peer -> {
                clients.add(peer.socket().getLocalSocketAddress());
                peer.reset();
                gone.countDown();
            });
            await(gone);
            CountDownLatch there = latch(1);
            peer(port, peer -> {
                clients.add(peer.socket().getLocalSocketAddress());
                there.countDown();
            });
            await(there);
        });
        assertTrue(accepted.contains(clients.get(1)), accepted + " of " + clients);
        assertTrue(clients.containsAll(accepted), accepted + " of " + clients);
    }

    @Rule("CONN-013")
    void aPeerThatClosesAtOnceWasStillConnectedTo() {
        for (String last : List.of("", "hello")) {
            CountDownLatch over = latch(1);
            int port = peerServer(peer -> {
                peer.send(last).socket().close();
                over.countDown();
            });
            List<RecordedSocket> sockets = new ArrayList<>();
            withLoop(loop -> {
                sockets.add(connect(loop, port));
                await(over);
            });
            assertEquals(last.isEmpty() ? "connect end close" : "connect data end close", sockets.get(0).trace());
            assertEquals(last, sockets.get(0).text());
            assertNull(sockets.get(0).closeError());
        }
    }

    /** The kernel may tell of the reset in the place of the connection. */
    @Rule({"CONN-013", "READ-005"})
    void aPeerThatResetsAtOnceIsNoEnd() {
        CountDownLatch over = latch(1);
        int port = peerServer(peer -> {
            peer.reset();
            over.countDown();
        });
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            sockets.add(connect(loop, port));
            await(over);
        });
        assertTrue(sockets.get(0).trace().matches("(connect )?error close"), sockets.get(0).trace());
        assertFailed(ErrorKind.CONNECTION_RESET, sockets.get(0));
    }
}
