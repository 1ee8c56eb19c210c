package dev.anyloop.tck.rules.datagram;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.Capability;
import dev.anyloop.DatagramSocket;
import dev.anyloop.EventLoop;
import dev.anyloop.tck.peer.DatagramPeer;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.Needs;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What the rules of datagrams are written with. */
@Needs(Capability.DATAGRAMS)
public abstract class DatagramChapter extends Chapter {

    /** Of a queue that is to be full soon. */
    protected static final int QUEUE_BYTES = 8 * 1024;

    /** What the shortest datagram that waits counts for at least. */
    private static final int LEAST_OF_ONE = 128;

    /** What was told, in order. */
    protected final List<String> log = new ArrayList<>();

    /** On a free port of 127.0.0.1; what it is told goes to the log, and so does what goes wrong. */
    protected final DatagramSocket bind(EventLoop loop) {
        return bind(loop, LOCALHOST);
    }

    protected final DatagramSocket bind(EventLoop loop, String host) {
        return logged(loop.datagram(host, 0));
    }

    protected final DatagramSocket logged(DatagramSocket socket) {
        return socket
                .onReceive((s, sender, data) -> told(socket.loop(), text(data)))
                .onError((s, error) -> told(socket.loop(), error.operation() + " " + error.kind()))
                .onClose(s -> told(socket.loop(), "close"));
    }

    /** As of sockets: on the loop's thread, and never inside another callback (THREAD-001, ORDER-002). */
    protected final void told(EventLoop loop, String what) throws Exception {
        session(loop).callback(what, () -> log.add(what));
    }

    protected static String text(ByteBuffer data) {
        return UTF_8.decode(data).toString();
    }

    protected static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    /** A blocking socket on a free port of 127.0.0.1. */
    protected final DatagramPeer datagramPeer() {
        return datagramPeer(LOCALHOST);
    }

    protected final DatagramPeer datagramPeer(String host) {
        return peers().datagrams(host, 0);
    }

    /** All of this machine's addresses, and those of IPv4: engines set the options of either in ways of their own. */
    protected final List<String> wildcards() {
        return hasIpv6() ? List.of("0.0.0.0", "::") : List.of("0.0.0.0");
    }

    protected static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(host, port);
    }

    /** Of a socket with a queue of {@link #QUEUE_BYTES} for which something waits: it takes few of the shortest, and says what it drops. */
    protected static void assertBounded(DatagramSocket socket, InetSocketAddress to) {
        int refused = 0;
        for (int i = 0; i < QUEUE_BYTES / 8; i++) {
            refused += socket.send(bytes(i % 2 == 0 ? "x" : ""), to) ? 0 : 1;
        }
        assertTrue(socket.pendingSends() <= QUEUE_BYTES / LEAST_OF_ONE, () -> socket.pendingSends() + " wait in " + QUEUE_BYTES + " bytes");
        assertEquals(refused, socket.dropped());
    }

    /** Closes the socket when the log has so many entries. */
    protected final void closeAfter(DatagramSocket socket, int entries) {
        when(socket.loop(), () -> log.size() >= entries, loop -> socket.close());
    }
}
