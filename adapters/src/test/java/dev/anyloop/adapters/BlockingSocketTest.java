package dev.anyloop.adapters;

import static dev.anyloop.adapters.BesideTheJdk.connect;
import static dev.anyloop.adapters.BesideTheJdk.interfere;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.NetworkException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A blocking socket, its loop and the threads that wait for it. */
class BlockingSocketTest {

    @OnEachBackend
    void theLoopsOwnThreadIsRefused(String backend) throws Exception {
        try (Peers peers = new Peers(backend)) {
            peers.connect(peer -> { }, socket -> {
                BlockingSocket blocking = BlockingSocket.of(socket);
                assertRefused(() -> blocking.read(ByteBuffer.allocate(1)));
                assertRefused(() -> blocking.write(ByteBuffer.allocate(1)));
                assertRefused(() -> blocking.inputStream().read());
                assertRefused(() -> blocking.outputStream().write(1));
                assertRefused(() -> connect(peers, peers.port()));
                blocking.close(); // does not wait
                return blocking;
            });
        }
    }

    private static void assertRefused(org.junit.jupiter.api.function.Executable call) {
        String message = assertThrows(IllegalStateException.class, call).getMessage();
        assertTrue(message.contains("on the loop's own thread"), message);
    }

    @OnEachBackend
    void aLoopThatIsClosedEndsTheWait(String backend) throws Exception {
        Peers peers = new Peers(backend);
        BlockingSocket socket = connect(peers, peers.port());
        Object told = interfere(() -> socket.read(ByteBuffer.allocate(1)), thread -> peers.close());
        assertTrue(told.toString().contains("AsynchronousCloseException"), told::toString);
        assertFalse(socket.isOpen());
        assertThrows(ClosedChannelException.class, () -> socket.write(ByteBuffer.allocate(1)));
        assertThrows(IOException.class, () -> connect(peers, peers.port()));
    }

    @OnEachBackend
    void whatWasWrittenIsSentAfterTheClose(String backend) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")); Peers peers = new Peers(backend)) {
            BlockingSocket socket = connect(peers, server.getLocalPort());
            try (Socket peer = server.accept()) {
                socket.outputStream().write(new byte[60_000]);
                socket.close();
                assertEquals(60_000, peer.getInputStream().readAllBytes().length);
            }
        }
    }

    @OnEachBackend
    void whatCannotBeConnectedSaysWhy(String backend) throws Exception {
        try (Socket nobody = new Socket(); Peers peers = new Peers(backend)) {
            nobody.bind(new InetSocketAddress("127.0.0.1", 0)); // and does not listen
            ConnectException refused = assertThrows(ConnectException.class, () -> connect(peers, nobody.getLocalPort()));
            assertTrue(refused.getCause() instanceof NetworkException, refused::toString);
            assertThrows(IllegalArgumentException.class, () -> BlockingSocket.connect(
                    peers.loop(), new InetSocketAddress("127.0.0.1", 0), ConnectOptions.defaults()));
            Thread.currentThread().interrupt();
            assertThrows(ClosedByInterruptException.class, () -> connect(peers, peers.port()));
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void whoHasNoMemoryToConnectIsToldAndDoesNotWait() throws Exception {
        try (Peers peers = new Peers("nio")) {
            EventLoop starved = Starved.of(peers.loop(), "connect");
            assertThrows(OutOfMemoryError.class, () -> BlockingSocket.connect(
                    starved, new InetSocketAddress("127.0.0.1", peers.port()), ConnectOptions.defaults()));
        }
    }

    /** More of them than carriers wait at the same time: if one held on to its carrier, the bytes would never come. */
    @Test
    void virtualThreadsWaitWithoutTheirCarriers() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "there are none before JDK 21");
        ExecutorService threads = (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        int count = 200;
        try (Peers peers = new Peers("nio")) {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                answers.add(threads.submit(() -> {
                    try (BlockingSocket socket = peers.connect(peer -> peer.onRead(dev.anyloop.Socket::write), BlockingSocket::of)) {
                        socket.outputStream().write(new byte[100_000]);
                        return socket.inputStream().readNBytes(100_000).length;
                    }
                }));
            }
            for (Future<Integer> answer : answers) {
                assertEquals(100_000, answer.get(Peers.PATIENCE_SECONDS, TimeUnit.SECONDS));
            }
        } finally {
            threads.shutdown();
        }
    }
}
