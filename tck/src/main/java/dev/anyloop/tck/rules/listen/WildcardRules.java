package dev.anyloop.tck.rules.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.NetworkException;
import dev.anyloop.Server;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.NeedsSystem;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Chapter LISTEN of the specification: what addresses take in, and which overlap. */
public abstract class WildcardRules extends ListenChapter {

    @Rule("LISTEN-007")
    void theIpv4WildcardIsReachableByIpv4Only() {
        for (String host : new String[] {"0.0.0.0", null}) {
            accepted = 0;
            withLoop(loop -> {
                Server server = serve(loop, host, 0);
                assertEquals("0.0.0.0", host(server));
                if (hasIpv6()) {
                    connectInVain("::1", port(server));
                }
                client(port(server));
                when(loop, () -> accepted > 0, l -> afterQuiet(l, quiet -> {
                    assertEquals(1, accepted, "a connection to ::1 was handed over");
                    server.close();
                }));
            });
        }
    }

    /** It may be refused, or ended as soon as it is made. */
    private void connectInVain(String host, int port) throws IOException {
        Socket socket = world().socket();
        try (socket) {
            socket.connect(new InetSocketAddress(host, port), (int) limits().mustHappen().toMillis());
        } catch (ConnectException e) {
            // Nobody listens there.
        }
    }

    @Rule("LISTEN-007")
    void theIpv6WildcardIsReachableByBoth() {
        assumeIpv6();
        Set<InetAddress> clients = new HashSet<>();
        List<InetAddress> peers = new ArrayList<>();
        withLoop(loop -> {
            Server server = loop.listen("::", 0, (s, socket) -> {
                peers.add(((InetSocketAddress) socket.remoteAddress()).getAddress());
                assertEquals(peers.get(peers.size() - 1).getClass(),
                        ((InetSocketAddress) socket.localAddress()).getAddress().getClass());
                socket.close();
            });
            assertEquals("0:0:0:0:0:0:0:0", host(server));
            clients.add(client(LOCALHOST, port(server)).localAddress().getAddress());
            clients.add(client("::1", port(server)).localAddress().getAddress());
            when(loop, () -> peers.size() == 2, l -> server.close());
        });
        assertEquals(clients, Set.copyOf(peers));
        assertEquals(1, peers.stream().filter(Inet4Address.class::isInstance).count());
    }

    @Rule("LISTEN-007")
    @NeedsSystem("a setting of the system")
    void theIpv6WildcardIsReachableByBothWhereTheSystemWouldNotHaveItSo() throws Exception {
        elsewhere()
                .network("echo 1 > /proc/sys/net/ipv6/bindv6only")
                .run("theIpv6WildcardIsReachableByBoth");
    }

    @Rule({"LISTEN-007", "CONN-012"})
    void anAcceptedSocketHasTheAddressItsPeerConnectedTo() {
        assumeLinux();
        assertAcceptedAt("0.0.0.0", List.of(LOCALHOST, "127.0.0.2"));
        if (hasIpv6()) {
            assertAcceptedAt("::", List.of(LOCALHOST, "127.0.0.2", "::1"));
            assertAcceptedAt("::1", List.of("::1"));
        }
    }

    private void assertAcceptedAt(String listen, List<String> hosts) {
        Set<SocketAddress> expected = new HashSet<>();
        Set<SocketAddress> found = new HashSet<>();
        withLoop(loop -> {
            Server server = loop.listen(listen, 0, (s, socket) -> {
                found.add(socket.localAddress());
                socket.close();
            });
            for (String host : hosts) {
                client(host, port(server));
                expected.add(new InetSocketAddress(host, port(server)));
            }
            when(loop, () -> found.size() == hosts.size(), l -> server.close());
        });
        assertEquals(expected, found);
    }

    @Rule({"LISTEN-007", "LISTEN-001"})
    void aSpecificAddressIsReachableAsItIs() {
        assumeIpv6();
        withLoop(loop -> {
            Server server = serve(loop, "[::1]", 0);
            assertEquals("0:0:0:0:0:0:0:1", host(server));
            client("::1", port(server));
            when(loop, () -> accepted == 1, l -> server.close());
        });
    }

    // Overlapping

    @Rule({"LISTEN-005", "LISTEN-002"})
    void addressesThatOverlapAreNotShared() {
        assertNotShared("0.0.0.0", LOCALHOST);
        if (hasIpv6()) {
            assertNotShared("::", "0.0.0.0");
            assertNotShared("::", "::1");
            assertNotShared("::", LOCALHOST);
        }
    }

    private void assertNotShared(String one, String other) {
        inBothOrdersOnOneLoopAndOnTwo(one, other, (first, host, second, sameOrOtherLoop) -> {
            Server server = serve(first, host, 0);
            assertBindFails(sameOrOtherLoop, ErrorKind.ADDRESS_IN_USE, second, port(server));
            server.close();
        });
    }

    @Rule("LISTEN-005")
    void addressesThatDoNotOverlapAreBothListenedOn() {
        assumeLinux();
        assertBoth(LOCALHOST, "127.0.0.2");
        if (hasIpv6()) {
            assertBoth(LOCALHOST, "::1");
        }
    }

    private void assertBoth(String one, String other) {
        inBothOrdersOnOneLoopAndOnTwo(one, other, (first, host, second, sameOrOtherLoop) -> {
            for (int ports = 1; !areBothListenedOn(first, host, second, sameOrOtherLoop); ports++) {
                assertTrue(ports < MOST_PORTS, () -> host + " and " + second + " are not both listened on, on any port");
            }
        });
    }

    /** Which fails too where somebody else has just this port of the other address. */
    private boolean areBothListenedOn(EventLoop first, String host, String second, EventLoop sameOrOtherLoop) {
        Server server = serve(first, host, 0);
        try {
            serve(sameOrOtherLoop, second, port(server)).close();
            return true;
        } catch (NetworkException e) {
            assertEquals(ErrorKind.ADDRESS_IN_USE, e.kind());
            return false;
        } finally {
            server.close();
        }
    }

    @Rule("LISTEN-014")
    void theIpv4WildcardLeavesItsPortToIpv6() {
        assumeIpv6();
        assertBoth("0.0.0.0", "::1");
    }

    @Rule("LISTEN-014")
    void whereOnlyTheIpv4WildcardIsListenedOnIpv6IsRefused() {
        assumeIpv6();
        withLoop(loop -> {
            Server server = serve(loop, "0.0.0.0", 0);
            try (Socket socket = world().socket()) {
                InetSocketAddress ipv6 = new InetSocketAddress("::1", port(server));
                assertThrows(ConnectException.class, () -> socket.connect(ipv6, (int) limits().mustHappen().toMillis()));
            } finally {
                server.close();
            }
        });
    }

    @FunctionalInterface
    private interface TwoAddresses {
        void listen(EventLoop first, String host, String second, EventLoop sameOrOtherLoop) throws IOException;
    }

    private void inBothOrdersOnOneLoopAndOnTwo(String one, String other, TwoAddresses body) {
        for (List<String> order : List.of(List.of(one, other), List.of(other, one))) {
            withOpenLoop(first -> withOpenLoop(second -> {
                for (EventLoop loop : List.of(first, second)) {
                    body.listen(first, order.get(0), order.get(1), loop);
                }
                assertWorks(first);
            }));
        }
    }
}
