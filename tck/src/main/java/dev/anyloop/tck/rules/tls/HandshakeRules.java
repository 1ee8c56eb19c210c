package dev.anyloop.tck.rules.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.ListenOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.Server;
import dev.anyloop.SocketOptions;
import dev.anyloop.TlsOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.CapturedLog;
import dev.anyloop.tck.record.RecordedSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Chapter TLS of the specification: who gets through the handshake, and what becomes of those who do not. It is long because each who
 * does not needs a peer that does just that.
 */
public abstract class HandshakeRules extends TlsChapter {

    private static final Duration SOON = Duration.ofMillis(50);

    // ---- the deadline ----

    @Rule("TLS-004")
    void aSilentServerIsGivenUpInTime() {
        RecordedSocket late = withSocket(loop -> connectSecurely(loop,
                peerServer(peer -> peer.drain()), clientOptions().withHandshakeTimeout(SOON)));
        assertEquals("error close", late.trace());
        NetworkException error = assertFailed(ErrorKind.TLS_HANDSHAKE, late);
        assertEquals(Operation.CONNECT, error.operation());
        assertTrue(error.getMessage().contains("PT0.05S"), error.getMessage());
    }

    /** Unless the client has not even begun to speak by then: so with more and more patience. */
    @Rule("TLS-024")
    void whoIsTooSlowIsTold() {
        TlsPeer heard = null;
        for (Duration patience = SOON; heard == null || heard.tap.records().isEmpty(); patience = patience.multipliedBy(2)) {
            heard = silentFor(patience);
        }
        assertTrue(heard.heardAlert(), "" + heard.tap.records());
    }

    private TlsPeer silentFor(Duration patience) {
        BlockingQueue<TlsPeer> silent = queue();
        RecordedSocket late = withSocket(loop -> connectSecurely(loop, peerServer(peer -> {
            TlsPeer server = new TlsPeer(peer, trusted(), true, false, AS_IT_IS);
            server.drain();
            silent.add(server);
        }), clientOptions().withHandshakeTimeout(patience)));
        assertFailed(ErrorKind.TLS_HANDSHAKE, late);
        return silent.remove();
    }

    @Rule({"TLS-004", "CONN-003"})
    void theConnectTimeoutBoundsTheHandshakeToo() {
        RecordedSocket late = withSocket(loop -> record(loop.connect(LOCALHOST, peerServer(peer -> peer.drain()),
                ConnectOptions.defaults().withConnectTimeout(SOON).withTls(clientOptions()))));
        assertEquals("error close", late.trace());
        assertFailed(ErrorKind.CONNECT_TIMEOUT, late);
    }

    @Rule({"TLS-004", "TLS-008"})
    void aClientThatIsSilentOrSlowIsGivenUpInTime() {
        for (PeerScript script : List.<PeerScript>of(peer -> peer.drain(), peer -> {
            peer.send(new byte[] {22, 3, 1, 0, 100, 1, 0});
            peer.drain();
        })) {
            List<NetworkException> errors = new ArrayList<>();
            withLoop(loop -> {
                int port = port(listenSecurely(loop, SocketOptions.defaults(), serverOptions().withHandshakeTimeout(SOON), errors,
                        socket -> {
                            throw new AssertionError("accepted");
                        }));
                peer(port, script);
                when(loop, () -> !errors.isEmpty(), done -> loop.close());
            });
            assertEquals(ErrorKind.TLS_HANDSHAKE, errors.get(0).kind());
            assertEquals(Operation.ACCEPT, errors.get(0).operation());
        }
    }

    /** At both ends; nor does the connect timeout go on. */
    @Rule({"TLS-004", "CONN-003"})
    void theDeadlineEndsWithTheHandshake() {
        VERSIONS.forEach(version -> withMoreAndMorePatience(patience -> areSecuredAndStaySo(version, patience)));
    }

    private boolean areSecuredAndStaySo(String version, Duration patience) {
        List<RecordedSocket> accepted = new ArrayList<>();
        RecordedSocket client = withSocket(loop -> {
            Server server = listenSecurely(loop, SocketOptions.defaults(), serverOptions().withHandshakeTimeout(patience),
                    new ArrayList<>(), socket -> accepted.add(echo(socket)));
            TlsOptions tls = clientOptions().withProtocols(version).withHandshakeTimeout(patience);
            return talkAndClose(record(loop.connect(LOCALHOST, port(server),
                            ConnectOptions.defaults().withConnectTimeout(patience).withTls(tls))))
                    .onConnect(s -> talkAfter(patience, s))
                    .onClose((s, error) -> server.close());
        });
        if (accepted.isEmpty() || !client.saw("connect")) {
            return false;
        }
        assertEquals("connect data close", client.trace(), () -> version + ", " + client.error());
        assertEquals("data end close", accepted.get(0).trace(), () -> version + ", " + accepted.get(0).error());
        return true;
    }

    // ---- what is not TLS ----

    @Rule({"TLS-008", "TLS-011"})
    void whatIsNotTlsCostsItsOwnConnection() {
        assertEquals(ErrorKind.TLS_PROTOCOL, afterwardsAnotherGetsThrough("plain HTTP",
                peer -> peer.send("GET / HTTP/1.0\r\n\r\n").drain()));
        assertEquals(ErrorKind.TLS_PROTOCOL, afterwardsAnotherGetsThrough("not TLS", peer -> peer.send(new byte[1000]).drain()));
        assertEquals(ErrorKind.TLS_PROTOCOL, afterwardsAnotherGetsThrough("a record of 65535 bytes",
                peer -> peer.send(new byte[] {22, 3, 1, -1, -1, 1}).drain()));
        assertEquals(ErrorKind.TLS_HANDSHAKE, afterwardsAnotherGetsThrough("alert handshake_failure",
                peer -> peer.send(new byte[] {21, 3, 3, 0, 2, 2, 40}).drain()));
        assertEquals(ErrorKind.TLS_HANDSHAKE, afterwardsAnotherGetsThrough("ended the connection",
                peer -> peer.send(new byte[] {22, 3, 1, 0, 100, 1}).end().drain()));
    }

    /** A bad client, then a good one. */
    private ErrorKind afterwardsAnotherGetsThrough(String words, PeerScript bad) {
        List<NetworkException> errors = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        InetSocketAddress[] from = new InetSocketAddress[1];
        withLoop(loop -> {
            int port = port(listenSecurely(loop, SocketOptions.defaults(), serverOptions(), errors, socket ->
                    socket.onRead((s, data) -> {
                        texts.add(socket.text());
                        s.loop().close();
                    })));
            peer(port, peer -> {
                from[0] = (InetSocketAddress) peer.socket().getLocalSocketAddress();
                bad.run(peer);
            });
            when(loop, () -> !errors.isEmpty(), told -> securedClient(port, peer -> {
                peer.send("hello");
                peer.peer.drain();
            }));
        });
        assertEquals(List.of("hello"), texts);
        assertEquals(1, errors.size());
        NetworkException error = errors.get(0);
        assertEquals(Operation.ACCEPT, error.operation());
        assertEquals(from[0].getAddress().getHostAddress(), error.host());
        assertEquals(from[0].getPort(), error.port());
        assertTrue(error.getMessage().contains(words), error.getMessage());
        return error.kind();
    }

    /** Whatever was being done when it was found, and whoever tells it. */
    @Rule({"TLS-008", "ERR-002"})
    void whoResetsInTheMiddleOfTheHandshakeIsToldAsSuch() {
        assumeLinux();
        assertEquals(ErrorKind.CONNECTION_RESET, afterwardsAnotherGetsThrough("connection reset",
                peer -> {
                    peer.send(clientHello()).read(5); // so it was heard
                    peer.reset();
                }));
        RecordedSocket client = withSocket(loop -> connectSecurely(loop, peerServer(peer -> {
            peer.read(5);
            peer.reset();
        }), clientOptions()));
        assertEquals("error close", client.trace());
        assertEquals(Operation.CONNECT, assertFailed(ErrorKind.CONNECTION_RESET, client).operation());
    }

    @Rule("TLS-008")
    void whoGoesWithoutAWordIsNoError() {
        List<NetworkException> errors = new ArrayList<>();
        withLoop(loop -> {
            int port = port(listenSecurely(loop, SocketOptions.defaults(), serverOptions(), errors, socket -> socket.socket().loop().close()));
            peer(port, peer -> peer.end().drain());
            peer(port, peer -> peer.reset());
            afterQuiet(loop, quiet -> securedClient(port, TlsChapter::tryToShakeHands));
        });
        assertEquals(List.of(), errors);
    }

    @Rule("TLS-011")
    void anAnswerThatIsNotTlsIsAnErrorOfTheClient() {
        RecordedSocket plain = withSocket(loop -> connectSecurely(loop,
                peerServer(peer -> peer.send("HTTP/1.1 400 Bad Request\r\n\r\n").drain()), clientOptions()));
        assertTrue(assertFailed(ErrorKind.TLS_PROTOCOL, plain).getMessage().contains("plain HTTP"));
    }

    @Rule({"TLS-011", "TLS-025"})
    void aRecordThatIsDamagedEndsTheConnection() {
        byte[] damaged = new byte[105];
        System.arraycopy(new byte[] {23, 3, 3, 0, 100}, 0, damaged, 0, 5);
        for (String version : VERSIONS) {
            for (RecordedSocket socket : bothSecured(SocketOptions.defaults(), version, peer -> {
                peer.send("hello");
                peer.peer.send(damaged).drain();
            }, socket -> {})) {
                assertEquals("data error close", traceOf(socket));
                assertEquals(ErrorKind.TLS_PROTOCOL, socket.expectedError().kind());
                assertTrue(socket.expectedError().getMessage().contains("damaged"), socket.expectedError().toString());
            }
        }
    }

    /** As of a server that accepts in plain (ERR-004). */
    @Rule({"LISTEN-012", "TLS-001"})
    void whoeverShakesHandsWithAServerThatPausesIsHandedOverAfterTheResume() {
        CountDownLatch paused = latch(1);
        CountDownLatch shaken = latch(1);
        List<RecordedSocket> accepted = new ArrayList<>();
        List<NetworkException> errors = new ArrayList<>();
        withLoop(loop -> {
            Server server = listenSecurely(loop, SocketOptions.defaults(), serverOptions(), errors,
                    socket -> accepted.add(socket.onRead((s, data) -> s.close())));
            peer(port(server), peer -> {
                peer.await(paused);
                TlsPeer secured = new TlsPeer(peer, trusted(), false, false, AS_IT_IS).shakeHands().send("hello");
                shaken.countDown();
                secured.readAll();
            });
            when(loop, () -> loop.stats().connectingSockets() == 1, there -> {
                server.pause();
                paused.countDown();
                when(loop, () -> shaken.getCount() == 0, done -> afterQuiet(loop, quiet -> {
                    assertEquals(List.of(), accepted, "handed over by a server that is paused");
                    server.resume();
                    assertEquals(List.of(), accepted, "handed over inside resume()");
                    when(loop, () -> !accepted.isEmpty(), then -> server.close());
                }));
            });
        });
        assertEquals(List.of(), errors);
        assertEquals("data close", accepted.get(0).trace());
    }

    /** They are told of in one poll as a rule, and the server of each in a run of its own. */
    @Rule({"TLS-008", "LOOP-006", "LOOP-007"})
    void whereEachFailureStopsTheLoopEachIsToldInARunOfItsOwn() {
        int clients = 4;
        List<NetworkException> errors = new ArrayList<>();
        withOpenLoop(loop -> {
            Server server = listenSecurely(loop, SocketOptions.defaults(), serverOptions(), errors, socket -> {
                throw new AssertionError("accepted");
            }).onError((same, error) -> {
                errors.add(error);
                loop.stop();
            });
            for (int i = 0; i < clients; i++) {
                client(port(server)).send("GET / HTTP/1.1\r\n\r\n");
            }
            for (int told = 1; told <= clients; told++) {
                loop.run();
                assertEquals(told, errors.size(), "of whom the server was told");
            }
            server.close();
        });
    }

    @Rule("TLS-008")
    void withoutAnErrorCallbackTheFirstFailureSinceOneSucceededIsLogged() {
        try (CapturedLog log = new CapturedLog()) {
            withLoop(loop -> {
                Server server = loop.listen(LOCALHOST, 0, ListenOptions.defaults().withTls(serverOptions()), (s, socket) -> socket.close());
                helper(() -> {
                    for (boolean good : new boolean[] {false, false, true, false}) {
                        Peer peer = client(port(server));
                        if (good) {
                            tryToShakeHands(new TlsPeer(peer, trusted(), false, false, AS_IT_IS));
                        } else {
                            peer.send(new byte[1_000]).drain();
                        }
                    }
                    loop.execute(server::close);
                });
            });
            assertEquals(2, log.lines().size(), () -> log.lines().toString());
        }
    }

    @Rule({"LISTEN-003", "TLS-008"})
    void whoShakesHandsWithAServerThatClosesGoesWithIt() {
        List<NetworkException> errors = new ArrayList<>();
        AtomicInteger ended = new AtomicInteger();
        List<RecordedSocket> accepted = new ArrayList<>();
        withLoop(loop -> {
            Server server = listenSecurely(loop, SocketOptions.defaults(), serverOptions(), errors, accepted::add);
            for (int i = 0; i < 3; i++) {
                peer(port(server), peer -> {
                    peer.drain();
                    ended.incrementAndGet();
                });
            }
            when(loop, () -> loop.stats().connectingSockets() == 3, all -> server.close());
        });
        assertEquals(3, ended.get(), "clients that have seen the end");
        assertEquals(List.of(), errors);
        assertEquals(List.of(), accepted);
    }
}
