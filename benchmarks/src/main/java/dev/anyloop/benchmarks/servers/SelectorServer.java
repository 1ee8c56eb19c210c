package dev.anyloop.benchmarks.servers;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's selector by hand: one read and one write for each readiness, and reading stops while a write is not done. What a
 * client has sent is up to the servers that it is for.
 */
abstract class SelectorServer<C extends SelectorServer.Client> implements Subject {

    private final Selector selector;
    private final @Nullable Path path;

    /** Of what came and is not answered yet, and what went out in part. */
    static class Client {
        final Ping ping = new Ping();
        @Nullable ByteBuffer unsent;
    }

    /** @param path where to listen too, or null */
    SelectorServer(@Nullable Path path) throws IOException {
        selector = Selector.open();
        this.path = path;
    }

    abstract C accepted();

    abstract void read(SelectionKey key, C client, Mode mode) throws IOException;

    @Override
    public final void serve(Mode mode, IntConsumer listening) throws IOException {
        if (path != null) {
            listen(ServerSocketChannel.open(StandardProtocolFamily.UNIX), UnixDomainSocketAddress.of(path));
        }
        ServerSocketChannel server = ServerSocketChannel.open();
        listen(server, new InetSocketAddress("127.0.0.1", 0));
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

    private void listen(ServerSocketChannel server, SocketAddress address) throws IOException {
        server.bind(address, 1024).configureBlocking(false);
        server.register(selector, OP_ACCEPT);
    }

    @SuppressWarnings("unchecked") // what accept() has attached
    private void ready(SelectionKey key, Mode mode) throws IOException {
        if (key.isAcceptable()) {
            accept((ServerSocketChannel) key.channel());
        } else if (key.isReadable()) {
            read(key, (C) key.attachment(), mode);
        } else if (key.isWritable()) {
            writeRest(key);
        }
    }

    private void accept(ServerSocketChannel server) throws IOException {
        for (SocketChannel channel; (channel = server.accept()) != null; ) {
            channel.configureBlocking(false);
            if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            channel.register(selector, OP_READ, accepted());
        }
    }

    static void write(SelectionKey key, Client client, ByteBuffer bytes) throws IOException {
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

    static void close(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
