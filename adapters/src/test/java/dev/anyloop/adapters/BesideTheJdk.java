package dev.anyloop.adapters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.ConnectOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

/** A blocking socket beside a channel of the JDK: the same is done to both, and told of both. */
final class BesideTheJdk {

    private BesideTheJdk() {}

    /** Either of the two, connected to a socket of the JDK. */
    interface Side {
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
    interface Scenario {
        void play(Side side, Socket peer, List<Object> told) throws Exception;
    }

    /** The same is told of both. */
    static List<Object> assertAsOfJdk(String backend, Scenario scenario) throws Exception {
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

    static BlockingSocket connect(Peers peers, int port) throws IOException {
        return BlockingSocket.connect(peers.loop(), new InetSocketAddress("127.0.0.1", port), ConnectOptions.defaults());
    }

    static Object outcome(Callable<?> call) {
        try {
            return call.call();
        } catch (Exception e) {
            return e.getClass();
        }
    }

    static Object read(Side side, int most) {
        return outcome(() -> side.channel().read(ByteBuffer.allocate(most)));
    }

    static Object write(Side side, int count) {
        return outcome(() -> side.channel().write(ByteBuffer.allocate(count)));
    }

    /** What a call comes to on a thread of its own, to which something is done when it waits. */
    static Object interfere(Callable<?> call, ThrowingConsumer how) throws Exception {
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
    interface ThrowingConsumer {
        void accept(Thread thread) throws Exception;
    }

    /** A thread that waits for a socket of the JDK is in a native method, and in the state of those that run. */
    private static boolean isWaiting(Thread thread) {
        List<String> methods = Arrays.stream(thread.getStackTrace()).map(StackTraceElement::getMethodName).toList();
        return methods.contains("park") && methods.contains("await")
                || methods.contains("poll") || methods.contains("read0") || methods.contains("write0");
    }
}
