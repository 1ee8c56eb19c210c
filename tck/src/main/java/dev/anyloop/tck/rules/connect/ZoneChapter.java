package dev.anyloop.tck.rules.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.SocketChapter;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** What becomes of the zone of an IPv6 address. */
abstract class ZoneChapter extends SocketChapter {

    /** Both ends, seen from both sides. */
    final void assertZones(String listen, String connect, int zone) {
        AtomicReference<Socket> accepted = new AtomicReference<>();
        AtomicReference<Socket> connected = new AtomicReference<>();
        withLoop(loop -> {
            Server server = loop.listen(listen, 0, (s, socket) -> {
                accepted.set(socket);
                s.close();
                socket.close();
            });
            RecordedSocket socket = record(loop.connect(connect, port(server)));
            socket.onError((s, error) -> server.close());
            connected.set(socket.socket());
        });
        for (Socket end : List.of(accepted.get(), connected.get())) {
            assertEquals(zone, zone(end.localAddress()), "zone of " + end.localAddress());
            assertEquals(zone, zone(end.remoteAddress()), "zone of " + end.remoteAddress());
        }
        assertEquals(accepted.get().localAddress(), connected.get().remoteAddress());
        assertEquals(accepted.get().remoteAddress(), connected.get().localAddress());
        assertEquals(text(accepted.get().localAddress()), text(connected.get().remoteAddress()));
    }

    static int zone(SocketAddress address) {
        return ((Inet6Address) ((InetSocketAddress) address).getAddress()).getScopeId();
    }

    private static String text(SocketAddress address) {
        return ((InetSocketAddress) address).getAddress().getHostAddress();
    }
}
