package dev.anyloop.tck.rules.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Server;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.NeedsSystem;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** Chapter LISTEN of the specification: where a server listens. What it accepts is in {@link AcceptingRules}. */
public abstract class ListeningRules extends ListenChapter {

    /** As the kernel writes them, from and to. */
    private static final String FEW_PORTS = "40000\t40099";

    // LISTEN-001

    /** The loop is inside its first callback, and connects nevertheless. */
    @Rule("LISTEN-001")
    void aServerIsConnectableWhenListenReturns() {
        withLoop(loop -> {
            Server first = serve(loop, LOCALHOST, 0);
            Server second = serve(loop, "localhost", 0);
            assertNotEquals(0, port(first));
            assertNotEquals(port(first), port(second));
            List<Peer> clients = List.of(client(port(first)), client(port(second)));
            when(loop, () -> accepted == 2, l -> {
                first.close();
                second.close();
                clients.forEach(client -> helper(() -> assertEquals(0, client.drain())));
            });
        });
    }

    @Rule("LISTEN-001")
    void aServerListensOnThePortItIsGiven() {
        withLoop(loop -> {
            Server chosen = serve(loop, LOCALHOST, 0);
            int port = port(chosen);
            chosen.onClose(closed -> {
                assertEquals(port, port(closed), "readable after close");
                Server again = serve(loop, LOCALHOST, port);
                assertEquals(LOCALHOST + " " + port, host(again) + " " + port(again));
                client(port);
                when(loop, () -> accepted == 1, l -> again.close());
            }).close();
        });
    }

    // LISTEN-002, LISTEN-005

    @Rule({"LISTEN-002", "LISTEN-005", "ERR-002"})
    void anAddressInUseIsThrownByListen() {
        withLoop(loop -> {
            Server server = serve(loop, LOCALHOST, 0);
            Server everywhere = serve(loop, null, 0);
            assertBindFails(loop, ErrorKind.ADDRESS_IN_USE, LOCALHOST, port(server));
            assertBindFails(loop, ErrorKind.ADDRESS_IN_USE, "localhost", port(server));
            assertBindFails(loop, ErrorKind.ADDRESS_IN_USE, "0.0.0.0", port(everywhere));
            assertBindFails(loop, ErrorKind.ADDRESS_IN_USE, LOCALHOST, peerServer(Peer::drain));
            client(port(server));
            when(loop, () -> accepted == 1, l -> { // the first is as good as ever
                server.close();
                everywhere.close();
            });
        });
    }

    /** It is for who connects (CONN-015). */
    @Rule({"LISTEN-005", "LISTEN-011"})
    void reuseAddressSharesNoPort() {
        ListenOptions reusing = ListenOptions.defaults().withSocket(SocketOptions.defaults().withReuseAddress(true));
        withLoop(loop -> {
            Server server = loop.listen(LOCALHOST, 0, reusing, (s, accepted) -> { });
            NetworkException error = assertThrows(NetworkException.class,
                    () -> loop.listen(LOCALHOST, port(server), reusing, (s, accepted) -> { }));
            assertEquals(ErrorKind.ADDRESS_IN_USE, error.kind());
            server.close();
        });
    }

    @Rule({"LISTEN-005", "THREAD-006"})
    void anAddressIsNotSharedWithAnotherLoop() {
        withLoop(loop -> {
            Server server = serve(loop, LOCALHOST, 0);
            helper(() -> withLoop(other -> {
                assertBindFails(other, ErrorKind.ADDRESS_IN_USE, LOCALHOST, port(server));
                loop.execute(server::close);
            }));
        });
    }

    /** 192.0.2.0/24 is for documentation: no machine has an address of it. */
    @Rule({"LISTEN-002", "ERR-002"})
    void anAddressOfNoMachineIsThrownByListen() {
        withLoop(loop -> {
            assertBindFails(loop, ErrorKind.ADDRESS_NOT_AVAILABLE, "192.0.2.1", 0);
            if (hasIpv6()) {
                assertBindFails(loop, ErrorKind.ADDRESS_NOT_AVAILABLE, "2001:db8::1", 0);
            }
        });
    }

    @Rule({"LISTEN-002", "ERR-002"})
    void aPortThatIsNotPermittedIsThrownByListen() {
        int port = 81;
        try (ServerSocket control = peers().listen(LOCALHOST, port)) {
            Assumptions.abort("everybody may listen on port " + control.getLocalPort() + " here");
        } catch (IOException e) {
            Assumptions.assumeFalse(isListenedOn(port), "another program listens on port " + port);
        }
        withLoop(loop -> assertBindFails(loop, ErrorKind.PERMISSION_DENIED, LOCALHOST, port));
    }

    private boolean isListenedOn(int port) {
        try (Socket socket = world().socket()) {
            socket.connect(new InetSocketAddress(LOCALHOST, port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Rule("LISTEN-002")
    void aNameIsNotResolved() {
        withLoop(loop -> {
            for (String host : List.of("example.test", "", "a b", "127.1", "256.0.0.1", "0177.0.0.1", ":::", "[::1")) {
                assertThrows(IllegalArgumentException.class, () -> serve(loop, host, 0), host);
            }
            InetSocketAddress unresolved = InetSocketAddress.createUnresolved("example.test", 0);
            assertThrows(IllegalArgumentException.class,
                    () -> loop.listen(unresolved, ListenOptions.defaults(), (server, socket) -> {}));
            assertEquals(0, loop.stats().servers());
        });
    }

    @Rule({"LISTEN-002", "ERR-002"})
    @NeedsSystem("a network of the system")
    void inANetworkWithFewPortsNoneIsAvailableInTheEnd() throws Exception {
        elsewhere().network("echo '" + FEW_PORTS + "' > /proc/sys/net/ipv4/ip_local_port_range").run("whereNoPortIsLeftNoneIsAvailable");
    }

    /** Systems say of port 0 then that it is in use. */
    @Rule({"LISTEN-002", "ERR-002", "CONN-015"})
    @NeedsSystem("a network of the system")
    void whereNoPortIsLeftNoneIsAvailable() throws IOException {
        assumeLinux();
        Assumptions.assumeTrue(Files.readAllLines(Path.of("/proc/sys/net/ipv4/ip_local_port_range")).equals(List.of(FEW_PORTS)));
        ErrorKind[] kinds = new ErrorKind[1];
        withLoop(loop -> {
            Server last = serve(loop, LOCALHOST, 0);
            NetworkException refused = null;
            while (refused == null) {
                try {
                    last = serve(loop, LOCALHOST, 0);
                } catch (NetworkException e) {
                    refused = e;
                }
            }
            assertEquals(ErrorKind.ADDRESS_NOT_AVAILABLE, refused.kind(), refused::toString);
            ConnectOptions options = ConnectOptions.defaults().withLocalAddress(new InetSocketAddress(LOCALHOST, 0));
            loop.connect(LOCALHOST, port(last), options).onError((s, error) -> kinds[0] = error.kind()).onClose((s, error) -> loop.close());
        });
        assertEquals(ErrorKind.ADDRESS_NOT_AVAILABLE, kinds[0]);
    }

    // LISTEN-004

    /** The server's end closes first, so its port is what waits; who does not reuse it cannot have it. */
    @Rule("LISTEN-004")
    void aPortThatOldConnectionsHoldCanBeListenedOnAtOnce() {
        for (String host : loopbacks()) {
            for (int ports = 1; !isListenedOnAgain(host); ports++) {
                assertTrue(ports < MOST_PORTS, "on no port of " + host);
            }
        }
    }

    /** False also where somebody else, a client for example, got that port in between. */
    private boolean isListenedOnAgain(String host) {
        boolean[] listens = new boolean[1];
        accepted = 0;
        withLoop(loop -> {
            Server server = serve(loop, host, 0);
            int port = port(server);
            Peer client = client(host, port);
            when(loop, () -> accepted == 1 && loop.stats().closingSockets() == 0, l -> {
                assertEquals(0, client.drain());
                client.socket().close();
                server.onClose(closed -> {
                    assertPortIsHeld(host, port);
                    Server again = serveIfFree(loop, host, port);
                    if (again != null) {
                        listens[0] = true;
                        client(host, port);
                        when(loop, () -> accepted == 2, x -> again.close());
                    }
                }).close();
            });
        });
        return listens[0];
    }

    private @Nullable Server serveIfFree(EventLoop loop, String host, int port) {
        try {
            return serve(loop, host, port);
        } catch (NetworkException e) {
            assertEquals(ErrorKind.ADDRESS_IN_USE, e.kind());
            return null;
        }
    }

    private void assertPortIsHeld(String host, int port) throws IOException {
        try (ServerSocket strict = world().serverSocket()) {
            strict.setReuseAddress(false);
            strict.bind(new InetSocketAddress(host, port));
            Assumptions.abort("on this system old connections do not hold a port");
        } catch (BindException e) {
            // As it should be.
        }
    }
}
