package dev.anyloop.netty;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.netty.Driver.Pair;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class NettyConnectionTest {

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static void quiet(Driver driver) throws IOException {
        for (int polls = 0; polls < 10; polls++) {
            driver.transport.poll(5_000_000);
        }
    }

    /** Netty's native transports read to the end when the peer's end comes, paused or not. */
    @EachTransport
    void aPauseHoldsWhenThePeerEnds(String transport) throws IOException {
        try (Driver driver = new Driver(transport)) {
            Pair pair = driver.connected();
            pair.events().connection.resumeReading();
            pair.peer().getOutputStream().write(1);
            driver.pollUntil(() -> pair.events().received == 1);
            pair.events().connection.pauseReading();
            for (int i = 0; i < 10; i++) {
                pair.peer().getOutputStream().write(random(10_000));
                quiet(driver);
            }
            pair.peer().shutdownOutput();
            quiet(driver);
            assertTrue(pair.events().received <= 1 + 65_536, () -> "received in a pause: " + pair.events().received);
            assertTrue(pair.events().log.size() <= 2, pair.events()::log);
            pair.events().connection.resumeReading();
            driver.pollUntil(() -> pair.events().has("end"));
            assertEquals(1 + 100_000, pair.events().received);
        }
    }

    /** Netty's epoll cannot wait for a socket to become writable once the peer has ended. */
    @EachTransport
    void muchCanBeSentAfterThePeersEnd(String transport) throws Exception {
        try (Driver driver = new Driver(transport)) {
            Pair pair = driver.connected();
            pair.events().connection.resumeReading();
            pair.peer().shutdownOutput();
            driver.pollUntil(() -> pair.events().has("end"));
            quiet(driver);
            byte[] sent = random(16 * 1024 * 1024);
            ByteBuffer lent = ByteBuffer.allocateDirect(sent.length).put(sent).flip();
            int taken = pair.events().connection.write(lent);
            CompletableFuture<byte[]> got = CompletableFuture.supplyAsync(() -> {
                try {
                    return pair.peer().getInputStream().readNBytes(sent.length);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            driver.pollUntil(() -> taken + pair.events().written == sent.length);
            assertArrayEquals(sent, got.get());
        }
    }

    /** Netty's io_uring does not look again after the read that was under way. */
    @EachTransport
    void aResetIsFoundWhenItComesWithBytes(String transport) throws IOException {
        try (Driver driver = new Driver(transport)) {
            for (int round = 0; round < 50; round++) {
                Pair pair = driver.connected();
                pair.events().connection.resumeReading();
                quietly(driver, round);
                pair.peer().getOutputStream().write(new byte[] {'b', 'y', 'e'});
                pair.peer().setSoLinger(true, 0);
                pair.peer().close();
                driver.pollUntil(() -> pair.events().has("failed"));
                assertEquals("bye failed", pair.events().log());
            }
        }
    }

    /** In some rounds the read is under way before the bytes come. */
    private static void quietly(Driver driver, int round) throws IOException {
        for (int polls = 0; polls < round % 3; polls++) {
            driver.transport.poll(0);
        }
    }

    @EachTransport
    void aResetIsNoticedAfterAPause(String transport) throws IOException {
        try (Driver driver = new Driver(transport)) {
            Pair pair = driver.connected();
            pair.peer().getOutputStream().write(new byte[] {'b', 'y', 'e'});
            quiet(driver);
            pair.peer().setSoLinger(true, 0);
            pair.peer().close();
            quiet(driver);
            pair.events().connection.resumeReading();
            driver.pollUntil(() -> pair.events().has("failed"));
            assertEquals("bye failed", pair.events().log());
        }
    }

    /** Netty's own of 30 seconds would be before the one of the options, if that is longer (CONN-003). */
    @EachTransport
    void nettysOwnConnectTimeoutIsOff(String transport, @TempDir Path directory) throws IOException {
        try (Driver driver = new Driver(transport)) {
            for (SocketAddress address : List.of(Driver.local(0), UnixDomainSocketAddress.of(directory.resolve("server")))) {
                List<Connection> connections = new ArrayList<>();
                Acceptor acceptor = driver.transport.listen(address, ListenOptions.defaults(), new Collector(connections));
                Recorder client = new Recorder();
                connections.add(driver.transport.connect(acceptor.localAddress(), null, SocketOptions.defaults(), client));
                driver.pollUntil(() -> client.has("connected") && connections.size() == 2);
                for (Connection connection : connections) {
                    assertEquals(0, ((NettyConnection) connection).channel().config().getConnectTimeoutMillis(), address::toString);
                }
            }
        }
    }

    private record Collector(List<Connection> connections) implements AcceptorEvents {

        @Override
        public ConnectionEvents accepted(Connection connection) {
            connections.add(connection);
            return new Recorder();
        }

        @Override
        public void acceptFailed(IOException cause) {
            throw new AssertionError(cause);
        }

        @Override
        public void closed() {}
    }

    /** What has no more to wait for must not keep the loop from waiting. */
    @EachTransport
    void aConnectionThatIsOverOnBothSidesLetsPollWait(String transport) throws IOException {
        try (Driver driver = new Driver(transport)) {
            Pair pair = driver.connected();
            pair.events().connection.resumeReading();
            pair.peer().shutdownOutput();
            driver.pollUntil(() -> pair.events().has("end"));
            pair.events().connection.shutdownOutput();
            pair.peer().close();
            quiet(driver);
            long start = System.nanoTime();
            int polls = 0;
            while (System.nanoTime() - start < 50_000_000) {
                driver.transport.poll(10_000_000);
                polls++;
            }
            assertTrue(polls < 20, "polls in 50 ms: " + polls);
        }
    }
}
