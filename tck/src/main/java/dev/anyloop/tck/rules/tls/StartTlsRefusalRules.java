package dev.anyloop.tck.rules.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ErrorKind;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.RecordedSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/** Chapter TLS of the specification: what keeps a connection that has begun in plain from being secured. */
public abstract class StartTlsRefusalRules extends StartTlsChapter {

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
