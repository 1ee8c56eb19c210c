package dev.anyloop.adapters;

import static dev.anyloop.adapters.BesideTheJdk.connect;
import static dev.anyloop.adapters.BesideTheJdk.outcome;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Much that passes through a blocking socket, both ways and with back-pressure. */
class BlockingTransfersTest {

    private static final Random RANDOM = new Random();

    /** Each side writes much before it reads; timeouts and small reads come between. */
    @OnEachBackend
    void manyBytesPassWholeBothWays(String backend) throws Exception {
        byte[] bytes = new byte[5_000_000];
        RANDOM.nextBytes(bytes);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")); Peers peers = new Peers(backend);
                BlockingSocket socket = connect(peers, server.getLocalPort()); Socket peer = server.accept()) {
            CompletableFuture<byte[]> there = CompletableFuture.supplyAsync(() -> copy(peer, bytes));
            Thread writer = new Thread(() -> outcome(() -> {
                socket.outputStream().write(bytes);
                return socket.shutdownOutput();
            }));
            writer.start();
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            InputStream in = socket.readTimeout(Duration.ofMillis(1)).inputStream();
            byte[] some = new byte[5000];
            for (int n = 0; n >= 0; ) {
                try {
                    n = in.read(some, 0, 1 + RANDOM.nextInt(some.length));
                    read.write(some, 0, Math.max(0, n));
                } catch (SocketTimeoutException e) {
                    // the read is made again
                }
            }
            writer.join();
            assertTrue(Arrays.equals(bytes, read.toByteArray()));
            assertTrue(Arrays.equals(bytes, Peers.get(there)));
        }
    }

    /** Writes all, and reads all that comes, on two threads. */
    private static byte[] copy(Socket peer, byte[] bytes) {
        try {
            Thread writer = new Thread(() -> outcome(() -> {
                peer.getOutputStream().write(bytes);
                peer.shutdownOutput();
                return null;
            }));
            writer.start();
            byte[] read = peer.getInputStream().readAllBytes();
            writer.join();
            return read;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What was not read stays within its bound, whatever the peer has to say. */
    @OnEachBackend
    void whoDoesNotReadStallsThePeer(String backend) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")); Peers peers = new Peers(backend);
                BlockingSocket socket = connect(peers, server.getLocalPort()); Socket peer = server.accept()) {
            List<Object> outcome = new ArrayList<>();
            Thread writer = new Thread(() -> outcome.add(outcome(() -> {
                peer.getOutputStream().write(new byte[50_000_000]);
                return "done";
            })));
            writer.start();
            while (socket.inputStream().available() < 65_536) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < 100; i++) {
                peers.onLoop(() -> "a turn");
                assertTrue(socket.inputStream().available() <= 131_072);
            }
            assertEquals(50_000_000, socket.inputStream().readNBytes(50_000_000).length);
            writer.join();
            assertEquals(List.of("done"), outcome);
        }
    }

    @OnEachBackend
    void whoWritesNothingWaitsForNoRoom(String backend) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")); Peers peers = new Peers(backend);
                BlockingSocket socket = connect(peers, server.getLocalPort()); Socket peer = server.accept()) {
            byte[] much = new byte[65_536];
            CountDownLatch mayGoOn = new CountDownLatch(1);
            peers.loop().execute(() -> outcome(() -> mayGoOn.await(Peers.PATIENCE_SECONDS, TimeUnit.SECONDS))); // so that nothing is sent
            assertEquals(much.length, socket.write(ByteBuffer.wrap(much)));
            Future<Integer> none = CompletableFuture.supplyAsync(() -> (Integer) outcome(() -> socket.write(ByteBuffer.allocate(0))));
            try {
                assertEquals(0, none.get(Peers.PATIENCE_SECONDS / 3, TimeUnit.SECONDS));
            } finally {
                mayGoOn.countDown();
            }
            assertEquals(much.length, peer.getInputStream().readNBytes(much.length).length);
        }
    }

    /** What several threads write at once is not mixed. */
    @Test
    void writersTakeTurns() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")); Peers peers = new Peers("nio");
                BlockingSocket socket = connect(peers, server.getLocalPort()); Socket peer = server.accept()) {
            for (int i = 0; i < 4; i++) {
                byte[] all = new byte[200_000];
                Arrays.fill(all, (byte) i);
                new Thread(() -> outcome(() -> socket.write(ByteBuffer.wrap(all)))).start();
            }
            byte[] read = peer.getInputStream().readNBytes(800_000);
            for (int at = 0; at < read.length; at++) {
                assertEquals(read[at - at % 200_000], read[at], "at " + at);
            }
        }
    }
}
