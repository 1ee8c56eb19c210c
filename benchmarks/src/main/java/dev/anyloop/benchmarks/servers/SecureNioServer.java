package dev.anyloop.benchmarks.servers;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.IntConsumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's selector and its SSLEngine by hand, as little as can be: the engine's tasks are done on the spot, one buffer of each
 * kind serves all, and a connection keeps only what is partial. So its memory beyond that of {@link NioServer} is the engine.
 */
final class SecureNioServer implements Subject {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int RECORD_BYTES = 17 * 1024;
    private static final int READ_BYTES = 64 * 1024;

    private final Selector selector;
    private final SSLContext context;
    private final ByteBuffer in = ByteBuffer.allocateDirect(RECORD_BYTES + READ_BYTES);
    private final ByteBuffer plain = ByteBuffer.allocateDirect(in.capacity() + RECORD_BYTES);
    private final ByteBuffer replies = ByteBuffer.allocateDirect(Ping.MOST_REPLY_BYTES);
    private final ByteBuffer out = ByteBuffer.allocateDirect(plain.capacity() + 2 * RECORD_BYTES);

    private static final class Client {
        final Ping ping = new Ping();
        final SSLEngine engine;
        @Nullable ByteBuffer partial; // of a record
        @Nullable ByteBuffer unsent;

        Client(SSLEngine engine) {
            this.engine = engine;
            engine.setUseClientMode(false);
        }
    }

    SecureNioServer(SSLContext context) throws IOException {
        this.context = context;
        selector = Selector.open();
    }

    @Override
    public void serve(Mode mode, IntConsumer listening) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress("127.0.0.1", 0), 1024).configureBlocking(false);
        server.register(selector, OP_ACCEPT);
        listening.accept(server.socket().getLocalPort());
        while (true) {
            selector.select(key -> {
                try {
                    ready(key, mode);
                } catch (IOException e) {
                    close(key);
                }
            });
        }
    }

    private void ready(SelectionKey key, Mode mode) throws IOException {
        if (key.isAcceptable()) {
            accept((ServerSocketChannel) key.channel());
        } else if (key.isReadable()) {
            read(key, mode);
        } else if (key.isWritable()) {
            writeRest(key);
        }
    }

    private void accept(ServerSocketChannel server) throws IOException {
        for (SocketChannel channel; (channel = server.accept()) != null; ) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.register(selector, OP_READ, new Client(context.createSSLEngine()));
        }
    }

    private void read(SelectionKey key, Mode mode) throws IOException {
        Client client = (Client) key.attachment();
        in.clear();
        if (client.partial != null) {
            in.put(client.partial);
            client.partial = null;
        }
        int count = ((SocketChannel) key.channel()).read(in);
        boolean open = count >= 0 && unwrap(client);
        if (open) {
            if (in.hasRemaining()) {
                client.partial = ByteBuffer.allocate(in.remaining()).put(in).flip();
            }
            wrap(client, mode == Mode.ECHO ? plain.flip() : Ping.replies(replies, client.ping.requests(plain.position())));
        }
        write(key, client, out.flip());
        if (!open) {
            close(key);
        }
    }

    /** All that has come, to {@link #plain}; what the engine has to say, to {@link #out}. False if the peer has ended. */
    private boolean unwrap(Client client) throws IOException {
        in.flip();
        plain.clear();
        out.clear();
        SSLEngineResult result;
        do {
            result = client.engine.unwrap(in, plain);
            for (Runnable task; (task = client.engine.getDelegatedTask()) != null; ) {
                task.run();
            }
            while (client.engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                client.engine.wrap(NOTHING, out);
            }
        } while (result.getStatus() == Status.OK && in.hasRemaining());
        if (result.getStatus() == Status.CLOSED) {
            client.engine.closeOutbound();
            client.engine.wrap(NOTHING, out);
        }
        return result.getStatus() != Status.CLOSED;
    }

    private void wrap(Client client, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            client.engine.wrap(bytes, out);
        }
    }

    private static void write(SelectionKey key, Client client, ByteBuffer bytes) throws IOException {
        if (bytes.hasRemaining()) {
            ((SocketChannel) key.channel()).write(bytes);
        }
        if (bytes.hasRemaining()) {
            client.unsent = ByteBuffer.allocateDirect(bytes.remaining()).put(bytes).flip();
            key.interestOps(OP_WRITE);
        }
    }

    private static void writeRest(SelectionKey key) throws IOException {
        Client client = (Client) key.attachment();
        ((SocketChannel) key.channel()).write(client.unsent);
        if (!client.unsent.hasRemaining()) {
            client.unsent = null;
            key.interestOps(OP_READ);
        }
    }

    private static void close(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
