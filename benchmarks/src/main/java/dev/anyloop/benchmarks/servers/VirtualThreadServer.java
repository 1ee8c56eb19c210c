package dev.anyloop.benchmarks.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;

/** Blocking sockets, a virtual thread for each connection; needs JDK 21 to run. */
final class VirtualThreadServer implements Subject {

    @Override
    public void serve(Mode mode, IntConsumer listening) throws IOException {
        Executor threads = virtualThreads();
        ServerSocket server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        listening.accept(server.getLocalPort());
        threads.execute(() -> accept(server, mode, threads));
    }

    /** This is compiled for 17, which has none. */
    private static ExecutorService virtualThreads() {
        try {
            return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new UnsupportedOperationException("virtual threads need JDK 21 or later", e);
        }
    }

    private static void accept(ServerSocket server, Mode mode, Executor threads) {
        while (true) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                threads.execute(() -> serve(socket, mode));
            } catch (IOException e) {
                // its peer is gone already
            }
        }
    }

    private static void serve(Socket socket, Mode mode) {
        try (socket) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            if (mode == Mode.ECHO) {
                echo(in, out);
            } else {
                answer(in, out);
            }
        } catch (IOException e) {
            // its peer is gone
        }
    }

    private static void answer(InputStream in, OutputStream out) throws IOException {
        Ping ping = new Ping();
        byte[] requests = new byte[4096];
        byte[] replies = new byte[4096];
        for (int count; (count = in.read(requests)) >= 0; ) {
            int length = Ping.replies(ByteBuffer.wrap(replies), ping.requests(count)).remaining();
            out.write(replies, 0, length);
        }
    }

    private static void echo(InputStream in, OutputStream out) throws IOException {
        byte[] bytes = new byte[64 * 1024];
        for (int count; (count = in.read(bytes)) >= 0; ) {
            out.write(bytes, 0, count);
        }
    }
}
