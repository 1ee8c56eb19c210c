package dev.anyloop.adapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.NetworkException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a thread sees of a blocking socket is what it sees of the JDK's. */
class BlockingSocketTest {

    // ---- the JDK's, and ours ----

    /** Either of the two, connected to a socket of the JDK. */
    private interface Side {
        ByteChannel channel();

        InputStream in() throws IOException;

        OutputStream out() throws IOException;

        void timeout(int millis) throws IOException;

        void shutdownOutput() throws IOException;
    }

    private record OfJdk(SocketChannel channel) implements Side {
        @Override
        public InputStream in() throws IOException {
            return channel.socket().getInputStream();
        }

        @Override
        public OutputStream out() throws IOException {
            return channel.socket().getOutputStream();
        }

        @Override
        public void timeout(int millis) throws IOException {
            channel.socket().setSoTimeout(millis);
        }

        @Override
        public void shutdownOutput() throws IOException {
            channel.shutdownOutput();
        }
    }

    private record OfLoop(BlockingSocket channel) implements Side {
        @Override
        public InputStream in() {
            return channel.inputStream();
        }

        @Override
        public OutputStream out() {
            return channel.outputStream();
        }

        @Override
        public void timeout(int millis) {
            channel.readTimeout(Duration.ofMillis(millis));
        }

        @Override
        public void shutdownOutput() throws IOException {
            channel.shutdownOutput();
        }
    }

    @FunctionalInterface
    private interface Scenario {
        void play(Side side, Socket peer, List<Object> told) throws Exception;
    }

    /** The same is told of both. */
    private static List<Object> assertAsOfJdk(String backend, Scenario scenario) throws Exception {
        List<Object> ofJdk = new ArrayList<>();
        List<Object> ofLoop = new ArrayList<>();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")); Peers peers = new Peers(backend)) {
            try (SocketChannel channel = SocketChannel.open(server.getLocalSocketAddress()); Socket peer = server.accept()) {
                scenario.play(new OfJdk(channel), peer, ofJdk);
            }
            try (BlockingSocket channel = connect(peers, server.getLocalPort()); Socket peer = server.accept()) {
                scenario.play(new OfLoop(channel), peer, ofLoop);
            }
        }
        assertEquals(ofJdk, ofLoop);
        return ofLoop;
    }

    private static BlockingSocket connect(Peers peers, int port) throws IOException {
        return BlockingSocket.connect(peers.loop(), new InetSocketAddress("127.0.0.1", port), ConnectOptions.defaults());
    }

    private static Object outcome(Callable<?> call) {
        try {
            return call.call();
        } catch (Exception e) {
            return e.getClass();
        }
    }

    private static Object read(Side side, int most) {
        return outcome(() -> side.channel().read(ByteBuffer.allocate(most)));
    }

    private static Object write(Side side, int count) {
        return outcome(() -> side.channel().write(ByteBuffer.allocate(count)));
    }

    /** What a call comes to on a thread of its own, to which something is done when it waits. */
    private static Object interfere(Callable<?> call, ThrowingConsumer how) throws Exception {
        List<Object> result = new ArrayList<>();
        Thread thread = new Thread(() -> {
            result.add(outcome(call));
            result.add(Thread.currentThread().isInterrupted());
        });
        thread.start();
        while (!isWaiting(thread)) {
            Thread.onSpinWait(); // the watchdog ends it
        }
        how.accept(thread);
        thread.join();
        return result;
    }

    @FunctionalInterface
    private interface ThrowingConsumer {
        void accept(Thread thread) throws Exception;
    }

    /** A thread that waits for a socket of the JDK is in a native method, and in the state of those that run. */
    private static boolean isWaiting(Thread thread) {
        List<String> methods = Arrays.stream(thread.getStackTrace()).map(StackTraceElement::getMethodName).toList();
        return methods.contains("park") && methods.contains("await")
                || methods.contains("poll") || methods.contains("read0") || methods.contains("write0");
    }

    private static final Random RANDOM = new Random();

    @OnEachBackend
    void whatIsWrittenIsReadAndTheEndIsAnEnd(String backend) throws Exception {
        assertAsOfJdk(backend, (side, peer, told) -> {
            peer.getOutputStream().write("hello".getBytes());
            byte[] five = new byte[5];
            told.add(side.in().readNBytes(five, 0, 5));
            told.add(new String(five));
            told.add(read(side, 0));
            peer.shutdownOutput();
            told.add(read(side, 5));
            told.add(side.in().read());
            told.add(read(side, 5));
            side.out().write('x');
            told.add(peer.getInputStream().read());
            side.shutdownOutput();
            side.shutdownOutput();
            told.add(peer.getInputStream().read());
            assertThrows(ClosedChannelException.class, () -> side.channel().write(ByteBuffer.allocate(1))); // the JDK's is of a subclass
            told.add(side.channel().isOpen());
            side.channel().close();
            side.channel().close();
            told.add(side.channel().isOpen());
            told.add(read(side, 1));
            told.add(write(side, 1));
        });
    }

    @OnEachBackend
    void readingGoesOnAfterTheOwnEnd(String backend) throws Exception {
        assertAsOfJdk(backend, (side, peer, told) -> {
            side.shutdownOutput();
            told.add(peer.getInputStream().read());
            peer.getOutputStream().write(1);
            told.add(side.in().read());
            peer.close();
            told.add(side.in().read());
        });
    }

    @OnEachBackend
    void aTimeoutLosesNothing(String backend) throws Exception {
        List<Object> told = assertAsOfJdk(backend, (side, peer, list) -> {
            InputStream in = side.in();
            side.timeout(1);
            list.add(outcome(in::read));
            list.add(outcome(() -> in.read(new byte[3])));
            side.timeout(0);
            peer.getOutputStream().write(new byte[] {1, 2});
            list.add(in.read());
            side.timeout(10_000);
            list.add(in.read());
            list.add(side.channel().isOpen());
        });
        assertEquals(List.of(SocketTimeoutException.class, SocketTimeoutException.class, 1, 2, true), told);
    }

    @OnEachBackend
    void whatCanBeReadIsAvailable(String backend) throws Exception {
        assertAsOfJdk(backend, (side, peer, told) -> {
            InputStream in = side.in();
            told.add(in.available());
            peer.getOutputStream().write(new byte[5]);
            while (in.available() < 5) {
                Thread.onSpinWait();
            }
            told.add(in.read(new byte[2]));
            told.add(in.available());
            side.channel().close();
            told.add(outcome(in::available));
            told.add(outcome(in::read));
            told.add(outcome(() -> in.read(new byte[1])));
        });
    }

    @OnEachBackend
    void anInterruptClosesAndIsKept(String backend) throws Exception {
        List<Object> told = assertAsOfJdk(backend, (side, peer, list) -> {
            list.add(interfere(() -> side.channel().read(ByteBuffer.allocate(1)), Thread::interrupt));
            list.add(side.channel().isOpen());
            list.add(read(side, 1));
            list.add(write(side, 1));
            list.add(peer.getInputStream().read());
        });
        assertEquals(List.of(ClosedByInterruptException.class, true), told.get(0));
    }

    @OnEachBackend
    void whoComesInterruptedIsInterrupted(String backend) throws Exception {
        assertAsOfJdk(backend, (side, peer, told) -> {
            peer.getOutputStream().write(1);
            Thread.currentThread().interrupt();
            told.add(read(side, 1));
            told.add(Thread.interrupted());
            told.add(side.channel().isOpen());
        });
    }

    @OnEachBackend
    void aWriterThatNobodyReadsIsInterruptedOrClosed(String backend) throws Exception {
        assertAsOfJdk(backend, (side, peer, told) ->
                told.add(interfere(() -> side.channel().write(ByteBuffer.allocate(50_000_000)), Thread::interrupt)));
        assertAsOfJdk(backend, (side, peer, told) -> {
            Callable<?> some = () -> side.channel().write(ByteBuffer.allocate(50_000_000)) < 50_000_000;
            told.add(interfere(some, thread -> {
                while (peer.getInputStream().available() == 0) {
                    Thread.onSpinWait(); // or none of it would have been written
                }
                side.channel().close();
            }));
        });
        assertAsOfJdk(backend, (side, peer, told) -> told.add(interfere(() -> {
            side.out().write(new byte[50_000_000]);
            return "all";
        }, thread -> side.channel().close())));
    }

    @OnEachBackend
    void whoWaitsIsToldOfTheClose(String backend) throws Exception {
        assertAsOfJdk(backend, (side, peer, told) -> {
            told.add(interfere(() -> side.channel().read(ByteBuffer.allocate(1)), thread -> side.channel().close()));
            told.add(read(side, 1));
        });
    }

    @OnEachBackend
    void aResetIsASocketException(String backend) throws Exception {
        List<Object> told = assertAsOfJdk(backend, (side, peer, list) -> {
            peer.setSoLinger(true, 0);
            peer.close();
            list.add(read(side, 1));
            list.add(read(side, 1));
            list.add(side.channel().isOpen());
        });
        assertEquals(List.of(SocketException.class, SocketException.class, true), told);
    }

    /** Of a peer that has said all it had to, and then is gone, nothing is missing. */
    @OnEachBackend
    void aResetAfterTheEndIsTheEnd(String backend) throws Exception {
        List<Object> told = assertAsOfJdk(backend, (side, peer, list) -> {
            peer.getOutputStream().write("all".getBytes());
            peer.shutdownOutput();
            list.add(side.in().read()); // so it has come
            side.out().write(new byte[1000]);
            peer.getInputStream().read();
            peer.setSoLinger(true, 0);
            peer.close();
            list.add(failsInTheEnd(side));
            list.add(new String(side.in().readAllBytes()));
            list.add(read(side, 1));
            list.add(side.channel().isOpen());
        });
        assertEquals(List.of((int) 'a', true, "ll", -1, true), told);
    }

    /** When the network has told it. */
    private static boolean failsInTheEnd(Side side) {
        while (write(side, 1) instanceof Integer) {
            Thread.onSpinWait(); // the watchdog ends it
        }
        return true;
    }

    // ---- both ways, with back-pressure ----

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

    // ---- the loop ----

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

    // ---- virtual threads ----

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
