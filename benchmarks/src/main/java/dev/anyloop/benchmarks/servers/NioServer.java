package dev.anyloop.benchmarks.servers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The JDK's selector by hand: one read buffer and one reply buffer for all. */
final class NioServer extends SelectorServer<SelectorServer.Client> {

    private final ByteBuffer in = ByteBuffer.allocateDirect(64 * 1024);
    private final ByteBuffer replies = ByteBuffer.allocateDirect(Ping.MOST_REPLY_BYTES);

    NioServer(@Nullable Path path) throws IOException {
        super(path);
    }

    @Override
    Client accepted() {
        return new Client();
    }

    @Override
    void read(SelectionKey key, Client client, Mode mode) throws IOException {
        int count = ((SocketChannel) key.channel()).read(in.clear());
        if (count < 0) {
            close(key);
        } else if (mode == Mode.ECHO) {
            write(key, client, in.flip());
        } else {
            write(key, client, Ping.replies(replies, client.ping.requests(count)));
        }
    }
}
