package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.CapturedLog;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Core's names for what engines throw, what it logs, and how it writes addresses. */
class ErrorsOnTheFakeTest extends OnTheFake {

    private @Nullable NetworkException error;

    private void assertKind(ErrorKind kind, Operation operation, IOException cause) {
        String context = operation + " " + cause;
        assertEquals(kind, error.kind(), context);
        assertEquals(operation, error.operation(), context);
        assertEquals(cause, error.getCause(), context);
        error = null;
    }

    // Kinds

    /** In whatever language. */
    private static final String WORDS = "so sagt es das System";

    private static final Map<Integer, ErrorKind> NUMBERS = Map.ofEntries(
            Map.entry(1, ErrorKind.PERMISSION_DENIED), // EPERM
            Map.entry(13, ErrorKind.PERMISSION_DENIED), // EACCES
            Map.entry(23, ErrorKind.TOO_MANY_OPEN_FILES), // ENFILE
            Map.entry(24, ErrorKind.TOO_MANY_OPEN_FILES), // EMFILE
            Map.entry(98, ErrorKind.ADDRESS_IN_USE), // EADDRINUSE
            Map.entry(99, ErrorKind.ADDRESS_NOT_AVAILABLE), // EADDRNOTAVAIL
            Map.entry(100, ErrorKind.UNREACHABLE), // ENETDOWN
            Map.entry(101, ErrorKind.UNREACHABLE), // ENETUNREACH
            Map.entry(103, ErrorKind.CONNECTION_RESET), // ECONNABORTED
            Map.entry(104, ErrorKind.CONNECTION_RESET), // ECONNRESET
            Map.entry(110, ErrorKind.CONNECT_TIMEOUT), // ETIMEDOUT
            Map.entry(111, ErrorKind.CONNECT_REFUSED), // ECONNREFUSED
            Map.entry(112, ErrorKind.UNREACHABLE), // EHOSTDOWN
            Map.entry(113, ErrorKind.UNREACHABLE), // EHOSTUNREACH
            Map.entry(22, ErrorKind.OTHER)); // EINVAL

    private static Map<IOException, ErrorKind> numbered() {
        return NUMBERS.entrySet().stream().collect(
                Collectors.toMap(each -> new EngineException(each.getKey(), WORDS), Map.Entry::getValue));
    }

    @Rule({"ERR-002", "CONN-002"})
    void everyNumberOfAFailureToConnectHasItsKind() {
        assertKindsOfConnect(numbered());
    }

    private void assertKindsOfConnect(Map<IOException, ErrorKind> expected) {
        expected.forEach((cause, kind) -> {
            for (boolean atOnce : new boolean[] {true, false}) {
                run(loop -> {
                    if (atOnce) {
                        fake.transport().failNext(cause);
                    }
                    loop.connect("10.0.0.1", 80).onError((s, failure) -> error = failure);
                    if (!atOnce) {
                        connection(0).fail(cause);
                    }
                });
                assertKind(kind, Operation.CONNECT, cause);
            }
        });
    }

    @Rule({"ERR-002", "LISTEN-002"})
    void everyNumberOfAFailureToListenHasItsKind() {
        assertKindsOfListen(numbered());
    }

    private void assertKindsOfListen(Map<IOException, ErrorKind> expected) {
        expected.forEach((cause, kind) -> {
            run(loop -> {
                fake.transport().failNext(cause);
                error = assertThrows(NetworkException.class, () -> loop.listen("10.0.0.1", 80, (s, socket) -> {}));
            });
            assertKind(kind, Operation.LISTEN, cause);
        });
    }

    /** Which port to use is up to the system, so that one is in use is nobody's doing: there is none left. */
    @Rule({"ERR-002", "LISTEN-002", "CONN-015"})
    void ofAnyPortNoneIsLeft() {
        IOException inUse = new EngineException(98, WORDS);
        run(loop -> {
            fake.transport().failNext(inUse);
            error = assertThrows(NetworkException.class, () -> loop.listen("10.0.0.1", 0, (s, socket) -> {}));
            assertKind(ErrorKind.ADDRESS_NOT_AVAILABLE, Operation.LISTEN, inUse);
            fake.transport().failNext(inUse);
            error = assertThrows(NetworkException.class, () -> loop.datagram("10.0.0.1", 0));
            assertKind(ErrorKind.ADDRESS_NOT_AVAILABLE, Operation.BIND, inUse);
        });
        assertEquals(ErrorKind.ADDRESS_NOT_AVAILABLE, kindOfConnectFrom(0, inUse));
        assertEquals(ErrorKind.ADDRESS_IN_USE, kindOfConnectFrom(7, inUse));
    }

    private ErrorKind kindOfConnectFrom(int port, IOException cause) {
        run(loop -> {
            fake.transport().failNext(cause);
            loop.connect("10.0.0.1", 80, ConnectOptions.defaults().withLocalAddress(new InetSocketAddress("10.0.0.2", port)))
                    .onError((s, failure) -> error = failure);
        });
        return error.kind();
    }

    @Rule({"ERR-002", "LISTEN-009"})
    void everyFailureToAcceptHasItsKind() {
        Map<IOException, ErrorKind> expected = Map.of(
                new EngineException(24, WORDS), ErrorKind.TOO_MANY_OPEN_FILES,
                new EngineException(12, WORDS), ErrorKind.OTHER,
                new IOException(WORDS), ErrorKind.OTHER);
        expected.forEach((cause, kind) -> {
            run(loop -> {
                loop.listen("10.0.0.1", 80, (s, socket) -> {}).onError((server, failure) -> {
                    error = failure;
                    server.close();
                });
                fake.transport().acceptor(0).fail(cause);
                at(loop, 1, l -> fake.transport().acceptor(0).fail(cause)); // before that, words alone may be of one connection
            });
            assertKind(kind, Operation.ACCEPT, cause);
        });
    }

    @Rule({"ERR-002", "WRITE-007"})
    void whateverEndsAConnectionIsAReset() {
        List<IOException> causes = List.of(
                new SocketException("Connection reset"), // the JDK's own words
                new IOException(WORDS),
                new EngineException(32, WORDS), // EPIPE
                new EngineException(104, WORDS), // ECONNRESET
                new EngineException(110, WORDS), // ETIMEDOUT
                new EngineException(113, WORDS), // EHOSTUNREACH
                new EngineException(ErrorKind.CONNECTION_RESET, WORDS));
        for (IOException cause : causes) {
            run(loop -> open(loop.connect("10.0.0.1", 80)).onConnect(s -> {
                peer().capacity(0);
                s.write("x");
                at(loop, 10, l -> connection(0).failOutput(cause));
            }));
            assertKind(ErrorKind.CONNECTION_RESET, Operation.WRITE, cause);
            run(loop -> open(loop.connect("10.0.0.1", 80)).onConnect(s -> at(loop, 10, l -> peer().reset(cause))));
            assertKind(ErrorKind.CONNECTION_RESET, Operation.READ, cause);
        }
    }

    private Socket open(Socket socket) {
        connection(0).complete();
        return socket.onError((s, failure) -> error = failure);
    }

    /** The JDK's exceptions, as it makes them on this machine and in its language. */
    @Rule({"ERR-002", "CONN-002"})
    void whatTheJdkSaysOfAFailureToConnectHasItsKind() throws IOException {
        assertKindsOfConnect(Map.of(
                JdkFailures.refused(), ErrorKind.CONNECT_REFUSED,
                new ConnectException(WORDS), ErrorKind.CONNECT_TIMEOUT, // the only other error that it has this class for
                JdkFailures.inUse(), ErrorKind.ADDRESS_IN_USE,
                JdkFailures.notAvailable(), ErrorKind.ADDRESS_NOT_AVAILABLE,
                new BindException(WORDS), ErrorKind.PERMISSION_DENIED,
                JdkFailures.unreachable(), ErrorKind.UNREACHABLE,
                new NoRouteToHostException(WORDS), ErrorKind.UNREACHABLE,
                JdkFailures.reset(), ErrorKind.CONNECTION_RESET,
                new SocketException(WORDS), ErrorKind.OTHER,
                new IOException(), ErrorKind.OTHER));
    }

    @Rule({"ERR-002", "LISTEN-002"})
    void whatTheJdkSaysOfAFailureToListenHasItsKind() throws IOException {
        assertKindsOfListen(Map.of(
                JdkFailures.inUse(), ErrorKind.ADDRESS_IN_USE,
                JdkFailures.notAvailable(), ErrorKind.ADDRESS_NOT_AVAILABLE,
                new BindException(WORDS), ErrorKind.PERMISSION_DENIED,
                new SocketException(WORDS), ErrorKind.OTHER));
    }

    /** In whatever operation. */
    @Rule("ERR-002")
    void anEngineThatKnowsTheKindIsBelieved() {
        for (ErrorKind kind : ErrorKind.values()) {
            EngineException cause = new EngineException(kind, WORDS);
            run(loop -> {
                loop.connect("10.0.0.1", 80).onError((s, failure) -> error = failure);
                connection(0).fail(cause);
            });
            assertKind(kind, Operation.CONNECT, cause);
        }
    }

    // Addresses

    @Rule("ERR-001")
    void ipv6IsWrittenInItsShortestForm() {
        Map<String, String> expected = Map.ofEntries(
                Map.entry("2001:DB8:0:0:0:0:0:1", "[2001:db8::1]"),
                Map.entry("2001:db8:0:0:1:0:0:1", "[2001:db8::1:0:0:1]"),
                Map.entry("2001:0db8:0:1:1:1:1:1", "[2001:db8:0:1:1:1:1:1]"),
                Map.entry("2001:db8:0:0:1:0:0:0", "[2001:db8:0:0:1::]"),
                Map.entry("0:0:0:0:0:0:0:0", "[::]"),
                Map.entry("0:0:0:0:0:0:0:1", "[::1]"),
                Map.entry("1:0:0:0:0:0:0:0", "[1::]"),
                Map.entry("1:2:3:4:5:6:7:8", "[1:2:3:4:5:6:7:8]"),
                Map.entry("1:0:0:4:5:0:0:8", "[1::4:5:0:0:8]"),
                Map.entry("0:2:3:4:5:6:0:0", "[0:2:3:4:5:6::]"),
                Map.entry("::ffff:1.2.3.4", "1.2.3.4"));
        expected.forEach((given, shown) -> run(loop -> {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(given), 80);
            Socket socket = loop.connect(address, ConnectOptions.defaults());
            socket.onError((s, failure) -> error = failure);
            String text = loop.describe();
            assertTrue(text.contains(" " + shown + ":80"), () -> shown + " not in " + text);
            connection(0).fail(new EngineException(ErrorKind.CONNECT_REFUSED, WORDS));
            at(loop, 1, l -> assertTrue(error.getMessage().contains(" " + shown + ":80"), error.getMessage()));
        }));
    }

    // The log

    @Rule("ERR-004")
    void aServerThatCannotAcceptLogsItOnceUntilItAcceptsAgain() {
        List<String> lines = new ArrayList<>();
        try (CapturedLog captured = new CapturedLog()) {
            run(loop -> {
                Server server = loop.listen("10.0.0.1", 80, (s, socket) -> socket.abort());
                for (int millis : new int[] {0, 5, 20, 50, 600, 700}) {
                    at(loop, millis, l -> fake.transport().acceptor(0).fail(new EngineException(24, "Too many open files")));
                }
                at(loop, 400, l -> fake.transport().acceptor(0).connect());
                at(loop, 2_000, l -> server.close());
            });
            lines.addAll(captured.lines());
        }
        assertEquals(2, lines.size(), lines::toString);
        for (String line : lines) {
            assertTrue(line.matches("WARNING .*too many open files.*"), line);
            assertTrue(line.contains("10.0.0.1:80"), line);
        }
    }

    @Rule("ERR-004")
    void aSocketIsLoggedWithoutCallbackAndNotWithOne() {
        List<String> lines = new ArrayList<>();
        try (CapturedLog captured = new CapturedLog()) {
            run(loop -> {
                loop.connect("10.0.0.1", 80);
                loop.connect("10.0.0.2", 80).onError((s, failure) -> {});
                connection(0).fail(new EngineException(ErrorKind.CONNECT_REFUSED, WORDS));
                connection(1).fail(new EngineException(ErrorKind.CONNECT_REFUSED, WORDS));
            });
            lines.addAll(captured.lines());
        }
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).contains("10.0.0.1:80"), lines.get(0));
    }
}
