package dev.anyloop.benchmarks.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;

/** The JDK's asynchronous channels on one thread; each connection needs buffers of its own. */
final class AsyncChannelServer implements Subject {

    @Override
    public void serve(Mode mode, IntConsumer listening) throws IOException {
        AsynchronousChannelGroup group =
                AsynchronousChannelGroup.withFixedThreadPool(1, Executors.defaultThreadFactory());
        AsynchronousServerSocketChannel server = AsynchronousServerSocketChannel.open(group);
        server.bind(new InetSocketAddress("127.0.0.1", 0), 1024);
        listening.accept(((InetSocketAddress) server.getLocalAddress()).getPort());
        server.accept(null, new CompletionHandler<AsynchronousSocketChannel, Void>() {
            @Override
            public void completed(AsynchronousSocketChannel channel, Void nothing) {
                server.accept(null, this);
                new Client(channel, mode).begin();
            }

            @Override
            public void failed(Throwable cause, Void nothing) {
                server.accept(null, this);
            }
        });
    }

    private static final class Client {
        private final AsynchronousSocketChannel channel;
        private final boolean echo;
        private final Ping ping = new Ping();
        private final ByteBuffer in;
        private final ByteBuffer out;
        private final CompletionHandler<Integer, ByteBuffer> afterRead = handler(this::received);
        private final CompletionHandler<Integer, ByteBuffer> afterWrite = handler(this::sent);

        Client(AsynchronousSocketChannel channel, Mode mode) {
            this.channel = channel;
            this.echo = mode == Mode.ECHO;
            this.in = ByteBuffer.allocateDirect(echo ? 64 * 1024 : 4096);
            this.out = echo ? in : ByteBuffer.allocateDirect(4096);
        }

        void begin() {
            try {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            } catch (IOException e) {
                close();
                return;
            }
            read();
        }

        private void read() {
            channel.read(in.clear(), in, afterRead);
        }

        private void received(int count) {
            if (count < 0) {
                close();
            } else {
                write(echo ? in.flip() : Ping.replies(out, ping.requests(count)));
            }
        }

        private void write(ByteBuffer bytes) {
            if (bytes.hasRemaining()) {
                channel.write(bytes, bytes, afterWrite);
            } else {
                read();
            }
        }

        private void sent(int count) {
            write(out);
        }

        private void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private interface Step {
            void take(int count);
        }

        private CompletionHandler<Integer, ByteBuffer> handler(Step step) {
            return new CompletionHandler<>() {
                @Override
                public void completed(Integer count, ByteBuffer buffer) {
                    step.take(count);
                }

                @Override
                public void failed(Throwable cause, ByteBuffer buffer) {
                    close();
                }
            };
        }
    }
}
