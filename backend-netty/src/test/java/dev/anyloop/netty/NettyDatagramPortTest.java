package dev.anyloop.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anyloop.DatagramOptions;
import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NettyDatagramPortTest {

    /** Writes down what a port tells. */
    private static class Heard implements DatagramEvents {

        private final List<String> log = new ArrayList<>();
        private final List<InetSocketAddress> senders = new ArrayList<>();
        private int sendable;

        @Override
        public void received(ByteBuffer data, InetSocketAddress sender) {
            log.add(US_ASCII.decode(data).toString());
            senders.add(sender);
        }

        @Override
        public void receiveFailed(IOException cause) {
            log.add(cause.getMessage());
        }

        @Override
        public void sendable() {
            sendable++;
        }

        @Override
        public void sendFailed(IOException cause, InetSocketAddress to) {
            log.add("sendFailed");
        }

        @Override
        public void closed() {
            log.add("closed");
        }
    }

    private static DatagramPort bind(Driver driver, String host, Heard heard) throws IOException {
        InetSocketAddress local = new InetSocketAddress(InetAddress.getByName(host), 0);
        return driver.transport.datagram(local, DatagramOptions.defaults(), heard);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.allocateDirect(text.length()).put(text.getBytes(US_ASCII)).flip();
    }

    private static final ByteBuffer NONE = ByteBuffer.allocateDirect(0);

    @EachTransport
    void whatIsWithoutBytesWaitsUntilThereIsSurelyRoom(String transport) throws IOException {
        try (Driver driver = new Driver(transport)) {
            Heard there = new Heard();
            DatagramPort receiver = bind(driver, "127.0.0.1", there);
            receiver.resumeReceiving();
            for (boolean connected : new boolean[] {false, true}) {
                Heard here = new Heard();
                DatagramPort sender = bind(driver, "127.0.0.1", here);
                InetSocketAddress to = connected ? null : receiver.localAddress();
                if (connected) {
                    sender.connect(receiver.localAddress());
                }
                assertEquals(false, sender.send(NONE, to));
                driver.pollUntil(() -> here.sendable == 1);
                assertEquals(true, sender.send(bytes("x"), to));
                assertEquals(List.of(), here.log);
                sender.close();
            }
            driver.pollUntil(() -> there.log.size() == 2);
            assertEquals(List.of("x", "x"), there.log);
        }
    }

    @EachTransport
    void itDoesSoAlsoAfterThereWasNoMemoryToMakeUseOfTheRoom(String transport) throws IOException {
        try (Driver driver = new Driver(transport)) {
            DatagramPort port = bind(driver, "127.0.0.1", new Heard() {
                @Override
                public void sendable() {
                    super.sendable();
                    throw new OutOfMemoryError("none for core");
                }
            });
            assertFalse(port.send(NONE, port.localAddress()));
            assertThrows(OutOfMemoryError.class, () -> driver.pollUntil(() -> false));
            assertFalse(port.send(NONE, port.localAddress()));
        }
    }

    @EachTransport
    void theRoomMayHaveBeenForOneOnly(String transport) throws IOException {
        try (Driver driver = new Driver(transport)) {
            List<Boolean> taken = new ArrayList<>();
            DatagramPort[] port = new DatagramPort[1];
            port[0] = bind(driver, "127.0.0.1", new Heard() {
                @Override
                public void sendable() {
                    try {
                        taken.add(port[0].send(bytes("x"), port[0].localAddress()));
                        taken.add(port[0].send(NONE, port[0].localAddress()));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            });
            assertFalse(port[0].send(NONE, port[0].localAddress()));
            driver.pollUntil(() -> !taken.isEmpty());
            assertEquals(List.of(true, false), taken);
        }
    }

    @EachTransport
    void anIpv6SenderHasNoZoneWhereThereIsNone(String transport) throws IOException {
        assumeTrue(NetworkInterface.getByInetAddress(InetAddress.getByName("::1")) != null, "no ::1 here");
        try (Driver driver = new Driver(transport)) {
            Heard heard = new Heard();
            DatagramPort port = bind(driver, "::", heard);
            port.resumeReceiving();
            InetSocketAddress six = new InetSocketAddress(InetAddress.getByName("::1"), port.localAddress().getPort());
            port.send(bytes("six"), six);
            InetSocketAddress four = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port.localAddress().getPort());
            port.send(bytes("four"), four);
            driver.pollUntil(() -> heard.log.size() == 2);
            assertEquals(List.of(six, four), heard.senders);
            assertEquals("0:0:0:0:0:0:0:1", heard.senders.get(0).getAddress().getHostAddress());
            assertEquals("127.0.0.1", heard.senders.get(1).getAddress().getHostAddress());
        }
    }

    @EachTransport
    void aRefusalIsToldInTheSystemsWordsAndNotWhilePaused(String transport) throws IOException {
        try (Driver driver = new Driver(transport)) {
            Heard heard = new Heard();
            DatagramPort port = bind(driver, "127.0.0.1", heard);
            DatagramPort nobody = bind(driver, "127.0.0.1", new Heard());
            nobody.close();
            driver.transport.poll(0);
            driver.transport.poll(0);
            port.connect(nobody.localAddress());
            port.resumeReceiving();
            driver.transport.poll(0);
            port.pauseReceiving();
            port.send(bytes("lost"), null);
            for (int i = 0; i < 10; i++) {
                driver.transport.poll(TimeUnit.MILLISECONDS.toNanos(1));
            }
            assertEquals(List.of(), heard.log);
            port.resumeReceiving();
            driver.pollUntil(() -> !heard.log.isEmpty());
            driver.transport.poll(0);
            assertEquals(1, heard.log.size());
        }
    }

    /** Netty's io_uring would wait a second for a request. Of some, so that a pause of the machine is not taken for that. */
    @EachTransport
    void aTransportIsClosedAtOnceThoughPortsAreOpen(String transport) throws IOException {
        int transports = 4;
        long nanos = 0;
        for (int i = 0; i < transports; i++) {
            nanos += nanosToClose(transport);
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
        assertTrue(millis < 900 * transports, transports + " times close() took " + millis + " ms");
    }

    private static long nanosToClose(String transport) throws IOException {
        Driver driver = new Driver(transport);
        for (int i = 0; i < 20; i++) {
            bind(driver, "127.0.0.1", new Heard()).resumeReceiving();
        }
        driver.transport.poll(0);
        long start = System.nanoTime();
        driver.close();
        return System.nanoTime() - start;
    }

    @Test
    void theOptionsAreSetForBothFamilies() throws IOException {
        assumeTrue(Epoll.isAvailable(), "no epoll here");
        DatagramOptions options = DatagramOptions.defaults().withBroadcast(true).withReuseAddress(true)
                .withBufferSizes(50_000, 60_000).withMulticastTtl(7).withMulticastLoopback(false);
        for (boolean ipv6 : new boolean[] {false, true}) {
            UnixDatagramSocket socket = new UnixDatagramSocket(ipv6);
            try {
                socket.configure(options);
                assertTrue(socket.isBroadcast());
                assertTrue(socket.isReuseAddress());
                assertEquals(2 * 50_000, socket.getReceiveBufferSize(), "Linux counts its own needs in");
                assertEquals(2 * 60_000, socket.getSendBufferSize());
                assertEquals(7, socket.getIntOpt(0, 33)); // IP_MULTICAST_TTL
                assertEquals(0, socket.getIntOpt(0, 34)); // IP_MULTICAST_LOOP
                assertEquals(0, socket.getIntOpt(0, 49)); // IP_MULTICAST_ALL
                if (ipv6) {
                    assertEquals(7, socket.getIntOpt(41, 18)); // IPV6_MULTICAST_HOPS
                    assertEquals(0, socket.getIntOpt(41, 19)); // IPV6_MULTICAST_LOOP
                    assertEquals(0, socket.getIntOpt(41, 29)); // IPV6_MULTICAST_ALL
                }
            } finally {
                socket.close();
            }
        }
    }
}
