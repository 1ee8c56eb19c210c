package dev.anyloop.tck.rules.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ErrorKind;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.SocketOptions;
import dev.anyloop.TlsOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.RecordedSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** Chapter TLS of the specification: connections that begin in plain, and are secured later. */
public abstract class StartTlsRules extends TlsChapter {

    private static final SocketCallback NOTHING_MORE = s -> {};

    /** A side of the handshake, of the socket under test. */
    private enum Side {
        CLIENT, SERVER;

        TlsOptions options() {
            return this == CLIENT ? clientOptions().withServerName("localhost") : serverOptions();
        }

        /** The other side, over what has been used in plain. */
        TlsPeer other(Peer peer, Consumer<SSLParameters> change) throws IOException {
            return new TlsPeer(peer, trusted(), this == CLIENT, false, change);
        }

        TlsPeer other(Peer peer) throws IOException {
            return other(peer, AS_IT_IS);
        }
    }

    /** In plain, both have said that they are ready when this is over; a peer that began sooner would be an attacker. */
    private static void agree(Peer peer) throws IOException {
        peer.send("ready");
        assertEquals("go", peer.readText(2));
    }

    /** The same, for the socket under test. */
    private static RecordedSocket whenAgreed(RecordedSocket socket, SocketCallback action) {
        boolean[] done = new boolean[1];
        return socket.onRead((s, data) -> {
            if (!done[0] && socket.text().equals("ready")) {
                done[0] = true;
                data.position(data.limit());
                s.write("go");
                action.run(s);
            }
        });
    }

    @Rule({"TLS-017", "TLS-009"})
    void whatHasBegunInPlainIsSecuredByEitherSide() {
        for (Side side : Side.values()) {
            for (String version : VERSIONS) {
                for (RecordedSocket socket : bothWays(peer -> {
                    agree(peer);
                    assertEquals("in plain", peer.readText(8));
                    TlsPeer secured = side.other(peer, version(version));
                    secured.send("hello");
                    assertEquals("at once, later", secured.readText(14));
                    secured.end().readAll();
                }, socket -> whenAgreed(socket, s -> {
                    write(socket, "in plain");
                    socket.startTls(side.options(), secured -> {
                        assertEquals(version, assertNotNullTls(secured));
                        assertEquals("ready", socket.text());
                        write(socket, "later");
                    });
                    write(socket, "at once, ");
                    assertNull(s.tls());
                }))) {
                    assertEquals("data secure data end close", traceOf(socket));
                    assertEquals("readyhello", socket.text());
                    assertEquals(List.of("in plain", "at once, ", "later"), socket.completions());
                    assertNull(socket.closeError());
                }
            }
        }
    }

    private static String assertNotNullTls(Socket socket) {
        assertNotNull(socket.tls(), "tls() of a socket that is secured");
        return socket.tls().protocol();
    }

    /** In the accept or connect callback, before anything has come. */
    @Rule("TLS-017")
    void itMayBeTheFirstThingOfAll() {
        for (Side side : Side.values()) {
            for (RecordedSocket socket : bothWays(peer -> {
                side.other(peer).send("hello").end().readAll();
            }, socket -> whenConnected(socket, s -> socket.startTls(side.options(), NOTHING_MORE)))) {
                assertEquals("secure data end close", traceOf(socket));
                assertEquals("hello", socket.text());
            }
        }
    }

    @Rule({"TLS-017", "WRITE-004"})
    void whatWasWrittenInPlainIsSentFirstHoweverMuchItIs() {
        byte[] big = randomBytes(BIG);
        for (Side side : Side.values()) {
            CountDownLatch gate = latch(1);
            BlockingQueue<byte[]> received = queue();
            RecordedSocket socket = withSocket(loop -> {
                RecordedSocket connecting = connect(loop, SMALL, smallPeerServer(peer -> {
                    agree(peer);
                    peer.await(gate);
                    received.add(peer.read(big.length));
                    TlsPeer secured = side.other(peer);
                    assertEquals("secret", secured.readText(6));
                    secured.end().readAll();
                }));
                return whenAgreed(connecting, s -> {
                    s.write(ByteBuffer.wrap(big), connecting.completion("big"));
                    connecting.startTls(side.options(), NOTHING_MORE);
                    write(connecting, "secret");
                    afterQuiet(loop, quiet -> {
                        assertEquals(List.of(), connecting.completions());
                        gate.countDown();
                    });
                });
            });
            assertEquals("data secure end close", traceOf(socket));
            assertArrayEquals(big, received.remove());
            assertEquals(List.of("big", "secret"), socket.completions());
        }
    }

    @Rule({"TLS-017", "TLS-014"})
    void endAndCloseWaitForTheHandshake() {
        for (Side side : Side.values()) {
            for (boolean close : new boolean[] {false, true}) {
                for (String last : List.of("", "bye")) {
                    BlockingQueue<String> received = queue();
                    for (RecordedSocket socket : bothWays(peer -> {
                        agree(peer);
                        TlsPeer secured = side.other(peer);
                        received.add(secured.readAllText());
                        secured.end();
                    }, socket -> whenAgreed(socket, s -> {
                        socket.startTls(side.options(), NOTHING_MORE);
                        if (!last.isEmpty()) {
                            write(socket, last);
                        }
                        if (close) {
                            s.close();
                        } else {
                            s.end();
                        }
                    }))) {
                        assertEquals(close ? "data close" : "data secure end close", traceOf(socket));
                        assertEquals(last, received.remove());
                        assertNull(socket.closeError());
                    }
                }
            }
        }
    }

    @Rule({"TLS-017", "READ-007"})
    void aPausedSocketIsSecuredAllTheSame() {
        for (Side side : Side.values()) {
            for (RecordedSocket socket : bothWays(peer -> {
                agree(peer);
                side.other(peer).send("hello").end().readAll();
            }, socket -> whenAgreed(socket, s -> {
                s.pause();
                socket.startTls(side.options(), secured -> afterQuiet(secured.loop(), quiet -> {
                    assertEquals("ready", socket.text());
                    secured.resume();
                }));
            }))) {
                assertEquals("data secure data end close", traceOf(socket));
                assertEquals("readyhello", socket.text());
            }
        }
    }

    @Rule("TLS-017")
    void abortWaitsForNothing() {
        for (Side side : Side.values()) {
            for (RecordedSocket socket : bothWays(peer -> {
                agree(peer);
                peer.drain();
            }, socket -> whenAgreed(socket, s -> {
                socket.startTls(side.options(), NOTHING_MORE);
                s.loop().execute(s::abort);
            }))) {
                assertEquals("data close", traceOf(socket));
            }
        }
    }

    // ---- plain bytes that would pass for others ----

    /** Whether they are still in the view or come later: that is up to the network. */
    @Rule("TLS-018")
    void whatThePeerHasSentInPlainIsDeliveredToNobody() {
        for (Side side : Side.values()) {
            for (String more : List.of("injected", "\u0016\u0003", "x".repeat(5_000))) {
                for (RecordedSocket socket : bothWays(peer -> peer.send("r" + more).drain(),
                        socket -> socket.onRead((s, data) -> {
                            data.get();
                            socket.startTls(side.options().withHandshakeTimeout(Duration.ofSeconds(20)), NOTHING_MORE);
                        }))) {
                    assertEquals("data error close", traceOf(socket));
                    assertEquals(Operation.SECURE, assertFailed(ErrorKind.TLS_PROTOCOL, socket).operation());
                }
            }
        }
    }

    // ---- failures ----

    @Rule("TLS-019")
    void aHandshakeThatFailsFailsTheSocket() {
        for (Side side : Side.values()) {
            fails(side, ErrorKind.TLS_HANDSHAKE, peer -> peer.end().drain(), "ended");
            fails(side, ErrorKind.TLS_HANDSHAKE, peer -> peer.send(new byte[] {21, 3, 3, 0, 2, 2, 40}).drain(), "handshake_failure");
            fails(side, ErrorKind.TLS_PROTOCOL, peer -> peer.send("GET / HTTP/1.0\r\n").drain(), "plain HTTP");
            fails(side, ErrorKind.TLS_HANDSHAKE, Peer::drain, "not done within");
        }
        SSLContext others = Certificates.context(certificates().others, certificates().others);
        fails(Side.CLIENT, ErrorKind.TLS_CERTIFICATE,
                peer -> tryToShakeHands(new TlsPeer(peer, others, true, false, AS_IT_IS)), "trusted");
    }

    private void fails(Side side, ErrorKind kind, PeerScript script, String words) {
        Duration patience = words.equals("not done within") ? Duration.ofMillis(50) : Duration.ofSeconds(20);
        for (RecordedSocket socket : bothWays(HALF_OPEN, peer -> {
            agree(peer);
            assertEquals("in plain", peer.readText(8));
            script.run(peer);
        }, socket -> whenAgreed(socket, s -> {
            write(socket, "in plain");
            socket.startTls(side.options().withHandshakeTimeout(patience), NOTHING_MORE);
            write(socket, "secret");
        }))) {
            assertEquals("data error close", traceOf(socket), words);
            NetworkException error = assertFailed(kind, socket);
            assertEquals(Operation.SECURE, error.operation());
            assertTrue(error.getMessage().contains(words), error.getMessage());
            assertEquals(List.of("in plain", "secret:" + kind), socket.completions());
        }
    }

    @Rule("TLS-019")
    void aPeerThatHasEndedShakesNoHands() {
        for (Side side : Side.values()) {
            for (RecordedSocket socket : bothWays(HALF_OPEN, peer -> peer.end().drain(),
                    socket -> socket.onEnd(s -> socket.startTls(side.options(), NOTHING_MORE)))) {
                assertEquals("end error close", traceOf(socket));
                assertEquals(Operation.SECURE, assertFailed(ErrorKind.TLS_HANDSHAKE, socket).operation());
            }
        }
    }

    // ---- misuse ----

    @Rule({"TLS-020", "ERR-005"})
    void itIsForOpenSocketsInPlain() {
        List<String> messages = new ArrayList<>();
        RecordedSocket connecting = withSocket(loop -> {
            RecordedSocket socket = connect(loop, SocketOptions.defaults(), peerServer(Peer::drain));
            messages.add(refused(socket.socket()));
            return socket.onConnect(Socket::close);
        });
        assertEquals("connect close", connecting.trace());
        for (RecordedSocket socket : bothSecured(SocketOptions.defaults(), TLS_1_3, peer -> peer.send("hello").readAll(),
                socket -> socket.onRead((s, data) -> {
                    messages.add(refused(s));
                    s.close();
                }))) {
            assertEquals("data close", traceOf(socket));
        }
        for (RecordedSocket socket : bothWays(peer -> {
            agree(peer);
            Side.CLIENT.other(peer).shakeHands().end().readAll();
        }, socket -> whenAgreed(socket, s -> {
            socket.startTls(Side.CLIENT.options(), secured -> messages.add(refused(secured)));
            messages.add(refused(s));
        }))) {
            assertEquals("data secure end close", traceOf(socket));
        }
        for (RecordedSocket socket : bothWays(peer -> {
            agree(peer);
            peer.readAll();
        }, socket -> whenAgreed(socket, s -> {
            s.end();
            messages.add(refused(s));
        }))) {
            assertEquals("data end close", traceOf(socket));
        }
        assertEquals(9, messages.size());
        assertTrue(messages.stream().allMatch(message -> message.startsWith("startTls()") && message.endsWith(")")), messages::toString);
    }

    private static String refused(Socket socket) {
        return assertThrows(IllegalStateException.class, () -> socket.startTls(clientOptions(), s -> {
            throw new AssertionError("secured");
        })).getMessage();
    }

    @Rule("TLS-020")
    void onAClosedSocketItDoesNothing() {
        for (RecordedSocket socket : bothWays(peer -> {
            agree(peer);
            peer.readAll();
        }, socket -> whenAgreed(socket, s -> {
            s.close();
            socket.startTls(clientOptions(), NOTHING_MORE);
        }).onClose((s, error) -> socket.startTls(clientOptions(), NOTHING_MORE)))) {
            assertEquals("data close", traceOf(socket));
            assertNull(socket.closeError());
        }
    }
}
