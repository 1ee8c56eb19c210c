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
import dev.anyloop.tck.rules.error.CapturedLog;
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

    private static final Map<IOException, ErrorKind> CONNECT = Map.ofEntries(
            Map.entry(new ConnectException("Connection refused"), ErrorKind.CONNECT_REFUSED),
            Map.entry(new ConnectException("Verbindungsaufbau abgelehnt"), ErrorKind.CONNECT_REFUSED),
            Map.entry(new ConnectException("Connection timed out"), ErrorKind.CONNECT_TIMEOUT),
            Map.entry(new SocketException("Network is unreachable"), ErrorKind.UNREACHABLE),
            Map.entry(new ConnectException("Network is down"), ErrorKind.UNREACHABLE),
            Map.entry(new NoRouteToHostException("No route to host"), ErrorKind.UNREACHABLE),
            Map.entry(new NoRouteToHostException("Keine Route zum Zielrechner"), ErrorKind.UNREACHABLE),
            Map.entry(new BindException("Cannot assign requested address"), ErrorKind.ADDRESS_NOT_AVAILABLE),
            Map.entry(new BindException("Address already in use"), ErrorKind.ADDRESS_IN_USE),
            Map.entry(new SocketException("Permission denied"), ErrorKind.PERMISSION_DENIED),
            Map.entry(new SocketException("Too many open files"), ErrorKind.TOO_MANY_OPEN_FILES),
            Map.entry(new IOException("Too many open files in system"), ErrorKind.TOO_MANY_OPEN_FILES),
            Map.entry(new SocketException("Connection reset"), ErrorKind.CONNECTION_RESET),
            Map.entry(new IOException("No buffer space available"), ErrorKind.OTHER));

    @Rule({"ERR-002", "CONN-002"})
    void everyFailureToConnectHasItsKind() {
        CONNECT.forEach((cause, kind) -> {
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

    @Rule({"ERR-002", "WRITE-007"})
    void whateverEndsAConnectionIsAReset() {
        List<IOException> causes = List.of(
                new SocketException("Connection reset"),
                new IOException("Connection reset by peer"),
                new IOException("Die Verbindung wurde vom Kommunikationspartner zurückgesetzt"),
                new IOException("Broken pipe"),
                new IOException("Software caused connection abort"),
                new IOException("Connection timed out"),
                new EngineException(ErrorKind.CONNECTION_RESET, "errno 104"));
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

    @Rule({"ERR-002", "LISTEN-002"})
    void everyFailureToListenHasItsKind() {
        Map<IOException, ErrorKind> expected = Map.of(
                new BindException("Address already in use"), ErrorKind.ADDRESS_IN_USE,
                new BindException("Adresse wird bereits verwendet"), ErrorKind.ADDRESS_IN_USE,
                new BindException("Cannot assign requested address"), ErrorKind.ADDRESS_NOT_AVAILABLE,
                new BindException("Permission denied"), ErrorKind.PERMISSION_DENIED,
                new SocketException("Permission denied"), ErrorKind.PERMISSION_DENIED,
                new IOException("Too many open files"), ErrorKind.TOO_MANY_OPEN_FILES,
                new EngineException(ErrorKind.ADDRESS_IN_USE, "errno 98"), ErrorKind.ADDRESS_IN_USE,
                new IOException("no idea"), ErrorKind.OTHER);
        expected.forEach((cause, kind) -> {
            run(loop -> {
                fake.transport().failNext(cause);
                error = assertThrows(NetworkException.class, () -> loop.listen("10.0.0.1", 80, (s, socket) -> {}));
            });
            assertKind(kind, Operation.LISTEN, cause);
        });
    }

    @Rule({"ERR-002", "LISTEN-009"})
    void everyFailureToAcceptHasItsKind() {
        Map<IOException, ErrorKind> expected = Map.of(
                new IOException("Too many open files"), ErrorKind.TOO_MANY_OPEN_FILES,
                new EngineException(ErrorKind.TOO_MANY_OPEN_FILES, "errno 24"), ErrorKind.TOO_MANY_OPEN_FILES,
                new IOException("Cannot allocate memory"), ErrorKind.OTHER);
        expected.forEach((cause, kind) -> {
            run(loop -> {
                loop.listen("10.0.0.1", 80, (s, socket) -> {}).onError((server, failure) -> {
                    error = failure;
                    server.close();
                });
                fake.transport().acceptor(0).fail(cause);
            });
            assertKind(kind, Operation.ACCEPT, cause);
        });
    }

    /** In whatever operation: it knows the number. */
    @Rule("ERR-002")
    void anEngineThatKnowsTheKindIsBelieved() {
        for (ErrorKind kind : ErrorKind.values()) {
            EngineException cause = new EngineException(kind, "Permission denied");
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
            connection(0).fail(new ConnectException("Connection refused"));
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
                    at(loop, millis, l -> fake.transport().acceptor(0).fail(new IOException("Too many open files")));
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
                connection(0).fail(new ConnectException("Connection refused"));
                connection(1).fail(new ConnectException("Connection refused"));
            });
            lines.addAll(captured.lines());
        }
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).contains("10.0.0.1:80"), lines.get(0));
    }
}
