package dev.anyloop.tck.rules.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.tck.Rule;
import dev.anyloop.tck.elsewhere.Elsewhere;
import dev.anyloop.tck.record.RecordedSocket;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Chapters CONN and LISTEN of the specification, in a process that has no IPv6: see {@link Elsewhere}. */
public abstract class WithoutIpv6Rules extends NowhereChapter {

    /** To an engine that looked at the last four bytes only they are all 127.0.0.1, or the wildcard. */
    private static final List<String> IPV6 = List.of("::1", "::", "[::]", "2001:db8::7f00:1", "fe80::7f00:1%1", "::7f00:1");

    @Rule("CONN-020")
    void withoutIpv6NoIpv6AddressIsConnectedToAndNobodyElse() {
        assertFalse(hasIpv6());
        AtomicInteger connections = new AtomicInteger();
        int port = peerServer(peer -> connections.incrementAndGet());
        assertAllUnreachable(IPV6, port);
        assertEquals(0, connections.get(), "another address was connected to");
        RecordedSocket mapped = withSocket(loop -> record(loop.connect("::ffff:127.0.0.1", port)));
        assertInstanceOf(Inet4Address.class, ((InetSocketAddress) mapped.socket().remoteAddress()).getAddress());
    }

    @Rule({"CONN-020", "CONN-009"})
    void withoutIpv6TheIpv4AddressesOfANameAreTriedAllTheSame() {
        assertFalse(hasIpv6());
        int port = peerServer(peer -> peer.end().readAll());
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(resolving(host -> addresses("2001:db8::1", LOCALHOST)), loop -> {
            sockets.add(record(loop.connect("both.test", port)));
            sockets.add(connectFrom(loop, "::", LOCALHOST, port));
        });
        for (RecordedSocket socket : sockets) {
            assertTrue(socket.saw("connect"));
            assertEquals(new InetSocketAddress(LOCALHOST, port), socket.socket().remoteAddress());
        }
    }

    @Rule("LISTEN-013")
    void withoutIpv6NoIpv6AddressIsListenedOn() {
        assertFalse(hasIpv6());
        withLoop(loop -> List.of("::1", "::", "[::]", "2001:db8::1").forEach(host -> assertNotAvailable(loop, host)));
    }
}
