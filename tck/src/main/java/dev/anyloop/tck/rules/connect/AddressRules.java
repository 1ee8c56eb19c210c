package dev.anyloop.tck.rules.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.NetworkException;
import dev.anyloop.Resolver;
import dev.anyloop.Server;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.SocketChapter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

/** Chapter CONN of the specification: which hosts are addresses, and what becomes of a name that has several. */
public abstract class AddressRules extends SocketChapter {

    private static final class Asked implements Resolver {
        final ConcurrentLinkedQueue<String> hosts = new ConcurrentLinkedQueue<>();

        @Override
        public List<InetAddress> resolve(String host) throws IOException {
            hosts.add(host);
            return addresses(LOCALHOST);
        }
    }

    private void connectToAll(Asked resolver, int port, List<String> hosts) {
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(resolving(resolver), loop -> {
            for (String host : hosts) {
                sockets.add(record(loop.connect(host, port)));
            }
            sockets.add(record(loop.connect(InetSocketAddress.createUnresolved(hosts.get(0), port),
                    ConnectOptions.defaults())));
        });
        for (int i = 0; i < sockets.size(); i++) {
            assertEquals("connect end close", sockets.get(i).trace(), i + " of " + hosts);
        }
    }

    @Rule("CONN-007")
    void literalsNeverReachTheResolver() {
        Asked resolver = new Asked();
        connectToAll(resolver, peerServer(peer -> peer.end().readAll()),
                List.of(LOCALHOST, "::ffff:127.0.0.1", "[::FFFF:7f00:1]"));
        assertEquals(List.of(), List.copyOf(resolver.hosts));
    }

    @Rule("CONN-007")
    void literalsOfIpv6NeverReachTheResolver() throws IOException {
        assumeIpv6();
        String zone = NetworkInterface.getByInetAddress(InetAddress.getByName("::1")).getName();
        Asked resolver = new Asked();
        connectToAll(resolver, peers().listen("::1", 0, peer -> peer.end().readAll()),
                List.of("::1", "[::1]", "0:0:0:0:0:0:0:1", "[0000::0001]", "::1%" + zone, "[::1%" + zone + "]"));
        assertEquals(List.of(), List.copyOf(resolver.hosts));
    }

    @Rule("CONN-007")
    void allElseReachesTheResolverAsItIs() {
        List<String> names = List.of("localhost", "Name.Test.", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1",
                "127.0.0.01", "127.0.0.1.", "127.0.0.256", "127.0.0.1.1", "127.0..1", "127.0.0.+1", "\u0661.0.0.1");
        Asked resolver = new Asked();
        connectToAll(resolver, peerServer(peer -> peer.end().readAll()), names);
        List<String> expected = new ArrayList<>(names);
        expected.add(names.get(0)); // as an unresolved address
        assertEquals(expected.stream().sorted().toList(), resolver.hosts.stream().sorted().toList());
    }

    private RecordedSocket connectToFirstOf(int port, ConnectOptions options, String... literals) {
        return withSocket(resolving(host -> addresses(literals)), loop -> {
            RecordedSocket connecting = record(loop.connect("many.test", port, options));
            connecting.socket().write("hello");
            return connecting;
        });
    }

    @Rule({"CONN-009", "CONN-011"})
    void whenOneAddressRefusesTheNextIsTried() {
        assumeIpv6();
        AtomicReference<String> received = new AtomicReference<>();
        int port = peerServer(peer -> received.set(peer.end().readAllText()));
        RecordedSocket socket = connectToFirstOf(port, ConnectOptions.defaults(), "::1", LOCALHOST);
        assertEquals("connect end close", socket.trace());
        assertEquals(new InetSocketAddress(LOCALHOST, port), socket.socket().remoteAddress());
        assertEquals("hello", received.get());
    }

    @Rule({"CONN-009", "ORDER-010"})
    void whenOneAddressFailsAtOnceTheNextIsTried() {
        assumeIpv6();
        int port = peerServer(peer -> peer.end().readAll());
        ConnectOptions fromIpv4 = ConnectOptions.defaults().withLocalAddress(new InetSocketAddress(LOCALHOST, 0));
        RecordedSocket socket = connectToFirstOf(port, fromIpv4, "::1", "::1", LOCALHOST);
        assertEquals("connect end close", socket.trace());
        assertEquals(new InetSocketAddress(LOCALHOST, port), socket.socket().remoteAddress());
    }

    @Rule("CONN-009")
    void theFirstAddressThatConnectsIsTaken() {
        assumeLinux();
        List<String> accepted = new ArrayList<>();
        Resolver resolver = host -> addresses("127.0.0.3", "127.0.0.2", LOCALHOST);
        AtomicReference<RecordedSocket> connecting = new AtomicReference<>();
        withLoop(resolving(resolver), loop -> {
            Server last = listen(loop, socket -> accepted.add("last"));
            Server first = loop.listen("127.0.0.2", port(last), (server, s) -> accepted(s, socket -> {
                accepted.add("first");
                afterQuiet(loop, quiet -> {
                    last.close();
                    server.close();
                    s.close();
                });
            }));
            connecting.set(record(loop.connect("many.test", port(first))));
        });
        assertEquals("connect end close", connecting.get().trace());
        assertEquals(List.of("first"), accepted);
    }

    @Rule({"CONN-009", "CONN-001"})
    void ifAllAddressesFailThereIsOneErrorWithAllTheReasons() {
        assumeLinux();
        int port = refusingPort();
        RecordedSocket socket =
                connectToFirstOf(port, ConnectOptions.defaults(), "127.0.0.2", LOCALHOST, "127.0.0.3", "127.0.0.4");
        assertEquals("error close", socket.trace());
        NetworkException error = assertFailed(ErrorKind.CONNECT_REFUSED, socket);
        assertEquals("many.test", error.host());
        Throwable[] others = error.getCause().getSuppressed();
        assertEquals(3, others.length);
        for (Throwable other : others) {
            assertInstanceOf(IOException.class, other);
        }
    }

    /** Of one address that refuses and two that do not, the one of the other family is the second. */
    @Rule("CONN-010")
    void theFamiliesTakeTurnsBeginningWithThatOfTheFirst() {
        assumeLinux();
        assumeIpv6();
        List<RecordedSocket> sockets = new ArrayList<>();
        Resolver resolver = host -> host.startsWith("four") ? addresses("127.0.0.2", LOCALHOST, "::1") : addresses("::1", "::1", LOCALHOST);
        withLoop(resolving(resolver), loop -> {
            Server four = listen(loop, socket -> socket.socket().close());
            Server six = loop.listen("::1", port(four), (server, socket) -> socket.close());
            RecordedSocket fromFour = record(loop.connect("four.test", port(four)));
            sockets.add(fromFour);
            fromFour.onClose((s, error) -> six.onClose(closed -> {
                RecordedSocket fromSix = record(loop.connect("six.test", port(four)));
                sockets.add(fromSix.onClose((other, failure) -> four.close()));
            }).close());
        });
        assertEquals(List.of("connect end close", "connect end close"), sockets.stream().map(RecordedSocket::trace).toList());
        assertEquals(6, length(sockets.get(0)), "the second address of a name that begins with IPv4");
        assertEquals(4, length(sockets.get(1)), "the one that is left");
    }

    private static int length(RecordedSocket socket) {
        return ((InetSocketAddress) socket.socket().remoteAddress()).getAddress().getAddress().length == 4 ? 4 : 6;
    }

    @Rule({"CONN-010", "CONN-009"})
    void theFamilyOfTheFirstAddressIsTheFirst() {
        assumeIpv6();
        List<RecordedSocket> sockets = new ArrayList<>();
        Resolver resolver = host -> host.startsWith("four") ? addresses(LOCALHOST, "::1") : addresses("::1", LOCALHOST);
        withLoop(resolving(resolver), loop -> {
            Server four = listen(loop, socket -> socket.socket().close());
            Server six = loop.listen("::1", port(four), (server, socket) -> socket.close());
            sockets.add(record(loop.connect("four.test", port(four))));
            sockets.add(record(loop.connect("six.test", port(four))));
            when(loop, () -> sockets.stream().allMatch(socket -> socket.saw("close")), all -> {
                four.close();
                six.close();
            });
        });
        assertEquals("4 6", length(sockets.get(0)) + " " + length(sockets.get(1)));
    }
}
