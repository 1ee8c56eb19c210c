package dev.anyloop.libevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.anyloop.DatagramOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DatagramsTest {

    private static final int LONGEST = 65_507;

    private final Sockets sockets = new Sockets();
    private final Datagrams datagrams = new Datagrams();
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(LONGEST);
    private final List<Integer> open = new ArrayList<>();

    @BeforeAll
    static void needLibevent() {
        Need.libevent();
    }

    @AfterEach
    void close() {
        open.forEach(Libc::close);
    }

    private int bind(int family, DatagramOptions options) throws IOException {
        int fd = sockets.open(family, Libc.SOCK_DGRAM);
        open.add(fd);
        sockets.configure(fd, family, options);
        sockets.bind(fd, family, new InetSocketAddress(InetAddress.getByName(family == Libc.AF_INET ? "127.0.0.1" : "::"), 0));
        return fd;
    }

    private int bind() throws IOException {
        return bind(Libc.AF_INET, DatagramOptions.defaults());
    }

    private void send(int from, int length, InetSocketAddress to) {
        assertEquals(length, datagrams.send(from, Libc.AF_INET, Libc.addressOf(bytes), length, to));
    }

    private int option(int fd, int level, int option) {
        ByteBuffer memory = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder()).putInt(4, 4);
        long value = Libc.addressOf(memory);
        assertEquals(0, Libc.getsockopt(fd, level, option, value, value + 4));
        return memory.getInt(0);
    }

    @Test
    void aCallBringsNoMoreThanItIsAskedForAndLeavesTheRestInItsOrder() throws IOException {
        int receiver = bind();
        int sender = bind();
        InetSocketAddress to = sockets.inetAddress(receiver);
        for (int length = 0; length < Datagrams.BATCH + 3; length++) {
            send(sender, length, to);
        }
        assertEquals(2, datagrams.receive(receiver, 2));
        assertEquals(Datagrams.BATCH, datagrams.receive(receiver, Datagrams.BATCH));
        for (int i = 0; i < Datagrams.BATCH; i++) {
            assertEquals(2 + i, datagrams.data(i).remaining());
            assertEquals(sockets.inetAddress(sender), datagrams.sender(i));
            assertSame(datagrams.sender(0), datagrams.sender(i));
        }
        assertEquals(1, datagrams.receive(receiver, Datagrams.BATCH));
        assertEquals(-1, datagrams.receive(receiver, Datagrams.BATCH));
        assertEquals(Errno.EAGAIN, Errno.last());
    }

    @Test
    void theLongestIsWholeBesideShortOnes() throws IOException {
        int receiver = bind(Libc.AF_INET, DatagramOptions.defaults().withBufferSizes(400_000, 0));
        int sender = bind();
        InetSocketAddress to = sockets.inetAddress(receiver);
        bytes.put(0, (byte) 1).put(LONGEST - 1, (byte) 2);
        send(sender, 1, to);
        send(sender, LONGEST, to);
        send(sender, 1, to);
        assertEquals(3, datagrams.receive(receiver, Datagrams.BATCH));
        ByteBuffer longest = datagrams.data(1);
        assertEquals(LONGEST, longest.remaining());
        assertEquals(1, longest.get(0));
        assertEquals(2, longest.get(LONGEST - 1));
        assertEquals(1, datagrams.data(2).remaining());
    }

    @Test
    void sendersAreToldApart() throws IOException {
        int receiver = bind();
        int one = bind();
        int other = bind();
        InetSocketAddress to = sockets.inetAddress(receiver);
        send(one, 1, to);
        send(other, 2, to);
        send(one, 3, to);
        assertEquals(3, datagrams.receive(receiver, Datagrams.BATCH));
        assertEquals(sockets.inetAddress(one), datagrams.sender(0));
        assertEquals(sockets.inetAddress(other), datagrams.sender(1));
        assertEquals(sockets.inetAddress(one), datagrams.sender(2));
    }

    @Test
    void aPortThatTheSystemHasChosenIsKeptWithoutAPeer() throws IOException {
        int fd = bind();
        InetSocketAddress local = sockets.inetAddress(fd);
        sockets.connect(fd, Libc.AF_INET, sockets.inetAddress(bind()));
        sockets.disconnect(fd, Libc.AF_INET, local);
        assertEquals(local, sockets.inetAddress(fd));
    }

    @Test
    void theOptionsAreSetForBothFamilies() throws IOException {
        DatagramOptions options = DatagramOptions.defaults()
                .withBroadcast(true).withReuseAddress(true).withBufferSizes(50_000, 60_000).withMulticastTtl(7).withMulticastLoopback(false);
        for (int family : new int[] {Libc.AF_INET, Libc.AF_INET6}) {
            int fd = bind(family, options);
            assertEquals(1, option(fd, Libc.SOL_SOCKET, Libc.SO_BROADCAST));
            assertEquals(1, option(fd, Libc.SOL_SOCKET, Libc.SO_REUSEADDR));
            assertEquals(2 * 50_000, option(fd, Libc.SOL_SOCKET, Libc.SO_RCVBUF), "Linux counts its own needs in");
            assertEquals(2 * 60_000, option(fd, Libc.SOL_SOCKET, Libc.SO_SNDBUF));
            assertEquals(7, option(fd, Libc.IPPROTO_IP, Libc.IP_MULTICAST_TTL));
            assertEquals(0, option(fd, Libc.IPPROTO_IP, Libc.IP_MULTICAST_LOOP));
            assertEquals(0, option(fd, Libc.IPPROTO_IP, Libc.IP_MULTICAST_ALL));
            if (family == Libc.AF_INET6) {
                assertEquals(7, option(fd, Libc.IPPROTO_IPV6, Libc.IPV6_MULTICAST_HOPS));
                assertEquals(0, option(fd, Libc.IPPROTO_IPV6, Libc.IPV6_MULTICAST_LOOP));
            }
        }
        int plain = bind();
        assertEquals(0, option(plain, Libc.SOL_SOCKET, Libc.SO_BROADCAST));
        assertEquals(1, option(plain, Libc.IPPROTO_IP, Libc.IP_MULTICAST_LOOP));
        assertNotEquals(2 * 50_000, option(plain, Libc.SOL_SOCKET, Libc.SO_RCVBUF));
        assertEquals(1, option(plain, Libc.IPPROTO_IP, Libc.IP_MULTICAST_TTL));
    }
}
