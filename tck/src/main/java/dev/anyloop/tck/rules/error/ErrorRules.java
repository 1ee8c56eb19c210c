package dev.anyloop.tck.rules.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.Server;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * Chapter ERR of the specification: errors and text. What is logged is in {@link LoggingRules}, what misuse is told in
 * {@link MisuseMessageRules}.
 */
public abstract class ErrorRules extends Chapter {

    // Addresses in messages

    /** What a careless toString of the JDK's addresses would have left. */
    private static void assertPlain(String text) {
        assertFalse(text.matches("(?s).*/[\\[0-9].*"), () -> "a slash before an address: " + text);
        assertFalse(text.contains("0:0:0:0"), () -> "IPv6 at length: " + text);
    }

    private static void assertSays(String text, String... parts) {
        assertPlain(text);
        for (String part : parts) {
            assertTrue(text.contains(part), () -> "no \"" + part + "\" in: " + text);
        }
    }

    private static InetSocketAddress named(String name, String address, int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByAddress(name, InetAddress.getByName(address).getAddress()), port);
    }

    @Rule({"ERR-001", "CONN-002"})
    void theMessageOfAFailedConnectShowsTheAddressPlainly() {
        int port = refusingPort();
        withLoop(loop -> {
            connect(loop, port).onError((s, error) -> assertSays(error.getMessage(), "127.0.0.1:" + port));
            record(loop.connect(named("some.name", LOCALHOST, port), ConnectOptions.defaults()))
                    .onError((s, error) -> {
                        assertSays(error.getMessage(), "127.0.0.1:" + port);
                        assertFalse(error.getMessage().contains("some.name"), error.getMessage());
                    });
        });
    }

    @Rule({"ERR-001", "CONN-002"})
    void theMessageOfAFailedConnectShowsIpv6InBrackets() {
        assumeIpv6();
        int port = peers().refusingPort("::1");
        withLoop(loop -> {
            for (String host : List.of("::1", "[::1]")) {
                record(loop.connect(host, port))
                        .onError((s, error) -> assertSays(error.getMessage(), " [::1]:" + port));
                assertSays(loop.describe(), "socket to [::1]:" + port);
                assertFalse(loop.describe().contains("[["), loop::describe);
            }
            record(loop.connect(named("some.name", "::1", port), ConnectOptions.defaults())).onError((s, error) -> {
                assertSays(error.getMessage(), " [::1]:" + port);
                assertEquals("::1 " + port, error.host() + " " + error.port());
            });
        });
    }

    @Rule({"ERR-001", "CONN-002"})
    void theMessageShowsTheNameThatWasGiven() {
        int port = refusingPort();
        LoopOptions resolving = LoopOptions.defaults().withResolver(host -> List.of(InetAddress.getByName(LOCALHOST)));
        withLoop(resolving, loop -> record(loop.connect("some.test", port)).onError((s, error) ->
                assertSays(error.getMessage(), "some.test:" + port)));
    }

    @Rule({"ERR-001", "LISTEN-002"})
    void theMessageOfAFailedListenShowsTheAddressPlainly() {
        withLoop(loop -> {
            for (String host : hasIpv6() ? List.of(LOCALHOST, "::1") : List.of(LOCALHOST)) {
                Server server = loop.listen(named("some.name", host, 0), ListenOptions.defaults(), (s, socket) -> {});
                String shown = host.equals("::1") ? " [::1]:" : " 127.0.0.1:";
                NetworkException error = assertThrows(NetworkException.class,
                        () -> loop.listen(server.localAddress(), ListenOptions.defaults(), (s, socket) -> {}));
                assertSays(error.getMessage(), shown + port(server));
                server.close();
            }
        });
    }

    @Rule("ERR-001")
    void describeShowsAddressesPlainly() {
        int silent = silentPort();
        withLoop(loop -> {
            Server server = listen(loop, accepted -> {});
            Server everywhere = loop.listen(null, 0, (s, socket) -> {});
            record(loop.connect(LOCALHOST, silent));
            connect(loop, port(server)).onConnect(s -> when(loop, () -> loop.stats().openSockets() == 2, l -> {
                int client = ((InetSocketAddress) s.localAddress()).getPort();
                assertSays(loop.describe(), " 127.0.0.1:" + silent, " 127.0.0.1:" + port(server),
                        " 127.0.0.1:" + client, " 0.0.0.0:" + port(everywhere));
                assertPlain(s.toString());
                assertPlain(server.toString());
                loop.close();
            }));
        });
    }

    @Rule("ERR-001")
    void describeShowsIpv6InItsShortestForm() {
        assumeIpv6();
        withLoop(loop -> {
            Server server = loop.listen("0:0:0:0:0:0:0:1", 0, (s, socket) -> {});
            Server everywhere = loop.listen("::", 0, (s, socket) -> {});
            record(loop.connect("::1", port(server))).onConnect(s -> {
                int client = ((InetSocketAddress) s.localAddress()).getPort();
                assertSays(loop.describe(), " [::1]:" + port(server), " [::]:" + port(everywhere), " [::1]:" + client);
                loop.close();
            });
        });
    }

    // One kind for each failure

    @Rule({"ERR-002", "CONN-002"})
    void everyFailureToConnectHasItsKind() {
        ConnectOptions impatient = ConnectOptions.defaults().withConnectTimeout(limits().mustNotHappen());
        Map<RecordedSocket, ErrorKind> expected = new LinkedHashMap<>();
        withLoop(LoopOptions.defaults().withResolver(host -> List.of()), loop -> {
            expected.put(connect(loop, refusingPort()), ErrorKind.CONNECT_REFUSED);
            expected.put(record(loop.connect(LOCALHOST, silentPort(), impatient)), ErrorKind.CONNECT_TIMEOUT);
            expected.put(record(loop.connect("no.test", 1)), ErrorKind.DNS_FAILURE);
            expected.put(from(loop, "192.0.2.1", 0), ErrorKind.ADDRESS_NOT_AVAILABLE);
            expected.put(from(loop, LOCALHOST, peerServer(Peer::drain)), ErrorKind.ADDRESS_IN_USE);
        });
        assertKinds(expected, Operation.CONNECT);
    }

    private RecordedSocket from(EventLoop loop, String host, int port) {
        ConnectOptions options = ConnectOptions.defaults().withLocalAddress(new InetSocketAddress(host, port));
        return record(loop.connect(LOCALHOST, peerServer(Peer::drain), options));
    }

    private static void assertKinds(Map<RecordedSocket, ErrorKind> expected, Operation operation) {
        expected.forEach((socket, kind) -> {
            NetworkException error = socket.expectedError();
            assertEquals(kind, error.kind());
            assertEquals(operation, error.operation(), () -> kind.name());
            assertInstanceOf(IOException.class, error.getCause());
        });
    }

    /** The broadcast address of the loopback network: Linux finds no route to it for TCP. */
    @Rule({"ERR-002", "ORDER-010"})
    void aNetworkWithoutARouteIsUnreachable() {
        String broadcast = "127.255.255.255";
        try (Socket control = world().socket()) {
            control.connect(new InetSocketAddress(broadcast, 9));
            Assumptions.abort("there is a route to " + control.getRemoteSocketAddress());
        } catch (ConnectException e) {
            Assumptions.abort("there is a route to " + broadcast + ": " + e);
        } catch (IOException e) {
            // As it should be.
        }
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> sockets.add(record(loop.connect(broadcast, 9))));
        assertEquals("error close", sockets.get(0).trace());
        assertKinds(Map.of(sockets.get(0), ErrorKind.UNREACHABLE), Operation.CONNECT);
    }

    @Rule({"ERR-002", "READ-005"})
    void aResetIsAResetWhoeverFindsIt() {
        PeerScript reset = peer -> {
            peer.read(1);
            peer.reset();
        };
        int port = peerServer(reset);
        Map<RecordedSocket, ErrorKind> expected = new LinkedHashMap<>();
        withLoop(loop -> {
            Server server = listen(loop, accepted -> {
                expected.put(accepted, ErrorKind.CONNECTION_RESET);
                accepted.socket().write("x");
            });
            RecordedSocket connecting = connect(loop, port);
            expected.put(connecting, ErrorKind.CONNECTION_RESET);
            connecting.onConnect(s -> s.write("x"));
            peer(port(server), reset);
            when(loop, () -> expected.size() == 2 && expected.keySet().stream().allMatch(s -> s.saw("close")), l ->
                    server.close());
        });
        assertKinds(expected, Operation.READ);
    }

    /** As in RFC 5952: the longest row of zeros, the first of two, and none of one alone. */
    @Rule("ERR-001")
    void ipv6AddressesAreWrittenInTheirShortestForm() {
        Map<String, String> shown = Map.of(
                "ff05:0:0:1:0:0:0:1", "[ff05:0:0:1::1]:80",
                "ff05:0:0:1:0:0:1:1", "[ff05::1:0:0:1:1]:80",
                "ff05:1:0:1:1:1:1:1", "[ff05:1:0:1:1:1:1:1]:80",
                "ff05:1:1:1:1:1:0:0", "[ff05:1:1:1:1:1::]:80",
                "FF05:00AB:0:1:0:1:0:CD", "[ff05:ab:0:1:0:1:0:cd]:80");
        withLoop(loop -> shown.forEach((full, shortest) ->
                record(loop.connect(new InetSocketAddress(full, 80), ConnectOptions.defaults())) // to a group, which TCP has none of
                        .onError((s, error) -> assertSays(error.getMessage(), " " + shortest))));
    }
}
