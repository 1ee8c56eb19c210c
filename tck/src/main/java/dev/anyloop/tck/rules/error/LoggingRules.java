package dev.anyloop.tck.rules.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ErrorKind;
import dev.anyloop.LoopCallback;
import dev.anyloop.NetworkException;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.CapturedLog;
import dev.anyloop.tck.rules.Chapter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Chapter ERR of the specification, continued: an error nobody listens to is logged. No socket is recorded. */
public abstract class LoggingRules extends Chapter {

    private final List<@Nullable NetworkException> closes = new ArrayList<>();

    private List<String> logOf(LoopCallback init) {
        try (CapturedLog log = new CapturedLog()) {
            withLoop(init);
            return log.lines();
        }
    }

    private Socket closing(Socket socket) {
        return socket.onClose((s, error) -> closes.add(error));
    }

    private static void assertWarns(String line, ErrorKind kind, String address) {
        assertTrue(line.startsWith("WARNING "), line);
        assertTrue(line.toUpperCase(Locale.ROOT).replace(' ', '_').contains(kind.name()), line);
        assertTrue(line.contains(address), line);
    }

    private void assertClosedWith(ErrorKind kind) {
        closes.forEach(error -> assertEquals(kind, error == null ? null : error.kind()));
    }

    @Rule("ERR-004")
    void aFailedConnectIsLoggedOnceAndTheLoopGoesOn() {
        int port = refusingPort();
        List<String> later = new ArrayList<>();
        List<String> log = logOf(loop -> {
            closing(loop.connect(LOCALHOST, port));
            closing(loop.connect(LOCALHOST, port)).write("lost");
            when(loop, () -> closes.size() == 2, l -> later.add("still running"));
        });
        assertEquals(2, log.size(), log::toString);
        log.forEach(line -> assertWarns(line, ErrorKind.CONNECT_REFUSED, "127.0.0.1:" + port));
        assertClosedWith(ErrorKind.CONNECT_REFUSED);
        assertEquals(List.of("still running"), later);
    }

    @Rule("ERR-004")
    void aResetOfAnAcceptedSocketIsLoggedOnceWithItsPeer() {
        List<String> peers = new ArrayList<>();
        List<String> log = logOf(loop -> {
            Server server = loop.listen(LOCALHOST, 0, (listening, socket) -> {
                listening.close();
                closing(socket).onRead((s, data) -> {});
                socket.write("x");
            });
            Peer peer = client(port(server));
            peers.add(peer.localAddress().getAddress().getHostAddress() + ":" + peer.localAddress().getPort());
            helper(() -> {
                peer.read(1);
                peer.send("y").reset();
            });
        });
        assertEquals(1, log.size(), log::toString);
        assertWarns(log.get(0), ErrorKind.CONNECTION_RESET, peers.get(0));
        assertEquals(1, closes.size());
        assertClosedWith(ErrorKind.CONNECTION_RESET);
    }

    @Rule({"ERR-004", "LOOP-011"})
    void whatTheLoggerThrowsGoesWhereACallbacksDoes() {
        IllegalStateException thrown = new IllegalStateException("the disk is full");
        Logger logger = Logger.getLogger("dev.anyloop");
        List<Throwable> caught = new ArrayList<>();
        try {
            logOf(loop -> {
                logger.setFilter(record -> {
                    throw thrown;
                });
                loop.onUncaught((same, failure) -> caught.add(failure));
                closing(loop.connect(LOCALHOST, refusingPort()));
            });
        } finally {
            logger.setFilter(null);
        }
        assertEquals(List.of(thrown), caught);
        assertEquals(1, closes.size());
        assertClosedWith(ErrorKind.CONNECT_REFUSED);
    }

    @Rule({"ERR-004", "TIMEOUT-001"})
    void aTimeoutIsLoggedOnce() {
        int port = peerServer(Peer::hold);
        List<String> log = logOf(loop -> closing(loop.connect(LOCALHOST, port)).readTimeout(Duration.ofMillis(10)));
        assertEquals(1, log.size(), log::toString);
        assertWarns(log.get(0), ErrorKind.READ_TIMEOUT, "127.0.0.1:" + port);
        assertClosedWith(ErrorKind.READ_TIMEOUT);
    }

    @Rule({"ERR-004", "CLOSE-004"})
    void whatSomebodyListensToIsNotLogged() {
        CountDownLatch closed = latch(1);
        int resetting = smallPeerServer(peer -> peer.await(closed).reset());
        SocketCallback closeFull = s -> {
            s.write(new byte[big()]);
            s.close();
            closed.countDown();
        };
        List<String> log = logOf(loop -> {
            closing(loop.connect(LOCALHOST, refusingPort())).onError((s, error) -> {});
            closing(loop.connect(LOCALHOST, refusingPort())).abort();
            closing(loop.connect(LOCALHOST, resetting)).onConnect(closeFull); // its close callback gets the reset
            closing(loop.connect(LOCALHOST, peerServer(Peer::end)));
        });
        assertEquals(List.of(), log);
        assertEquals(4, closes.size());
    }
}
