package dev.anyloop.tck.rules.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ListenOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.SocketChapter;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Chapter CONN of the specification: IPv4-mapped addresses, and bytes over IPv6. */
public abstract class AddressFormRules extends SocketChapter {

    private static InetAddress address(SocketAddress address) {
        return ((InetSocketAddress) address).getAddress();
    }

    @Rule("CONN-021")
    void anIpv4MappedAddressIsTheIpv4Address() {
        int port = peerServer(peer -> peer.end().readAll());
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(resolving(host -> List.of(mapped(LOCALHOST))), loop -> {
            InetSocketAddress remote = new InetSocketAddress(mapped(LOCALHOST), port);
            ConnectOptions from = ConnectOptions.defaults().withLocalAddress(new InetSocketAddress(mapped(LOCALHOST), 0));
            sockets.add(record(loop.connect(remote, ConnectOptions.defaults())));
            sockets.add(record(loop.connect("mapped.test", port)));
            sockets.add(record(loop.connect("::ffff:7f00:1", port)));
            sockets.add(record(loop.connect(LOCALHOST, port, from)));
            sockets.add(record(loop.connect(remote, from)));
        });
        for (RecordedSocket socket : sockets) {
            assertEquals("connect end close", socket.trace());
            assertEquals(new InetSocketAddress(LOCALHOST, port), socket.socket().remoteAddress());
            assertInstanceOf(Inet4Address.class, address(socket.socket().localAddress()));
        }
    }

    @Rule({"CONN-021", "LISTEN-001"})
    void aServerOnAnIpv4MappedAddressListensOnTheIpv4Address() {
        withLoop(loop -> {
            Server server = loop.listen(new InetSocketAddress(mapped(LOCALHOST), 0), ListenOptions.defaults(), (s, socket) -> {
                assertInstanceOf(Inet4Address.class, address(socket.remoteAddress()));
                s.close();
                socket.close();
            });
            assertEquals(new InetSocketAddress(LOCALHOST, port(server)), server.localAddress());
            assertInstanceOf(Inet4Address.class, address(server.localAddress()));
            client(port(server));
        });
    }

    // Bytes over IPv6

    @Rule({"READ-003", "WRITE-001", "HALF-003"})
    void overIpv6BytesAndEndsTravelBothWays() {
        assumeIpv6();
        SocketOptions halfOpen = SocketOptions.defaults().withAllowHalfOpen(true);
        byte[] sent = randomBytes(much(1));
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            Server server = loop.listen("::1", 0, ListenOptions.defaults().withSocket(halfOpen), (s, socket) -> {
                s.close();
                accepted(socket, echoing -> {
                    sockets.add(echoing);
                    echoing.onRead((e, data) -> e.write(data)).onEnd(Socket::end);
                });
            });
            RecordedSocket client = record(loop.connect("::1", port(server),
                    ConnectOptions.defaults().withSocket(halfOpen)));
            sockets.add(client);
            client.onConnect(s -> {
                s.write(sent);
                s.end();
            });
        });
        assertEquals(2, sockets.size());
        for (RecordedSocket socket : sockets) {
            assertSameBytes(sent, socket.bytes());
            assertFalse(socket.saw("error"));
        }
    }
}
