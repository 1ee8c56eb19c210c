package dev.anyloop.benchmarks.servers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
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
final class SecureNioServer extends SelectorServer<SecureNioServer.Client> {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int RECORD_BYTES = 17 * 1024;
    private static final int READ_BYTES = 64 * 1024;

    private final SSLContext context;
    private final ByteBuffer in = ByteBuffer.allocateDirect(RECORD_BYTES + READ_BYTES);
    private final ByteBuffer plain = ByteBuffer.allocateDirect(in.capacity() + RECORD_BYTES);
    private final ByteBuffer replies = ByteBuffer.allocateDirect(Ping.MOST_REPLY_BYTES);
    private final ByteBuffer out = ByteBuffer.allocateDirect(plain.capacity() + 2 * RECORD_BYTES);

    static final class Client extends SelectorServer.Client {
        final SSLEngine engine;
        @Nullable ByteBuffer partial; // of a record

        Client(SSLEngine engine) {
            this.engine = engine;
            engine.setUseClientMode(false);
        }
    }

    SecureNioServer(SSLContext context) throws IOException {
        super(null);
        this.context = context;
    }

    @Override
    Client accepted() {
        return new Client(context.createSSLEngine());
    }

    @Override
    void read(SelectionKey key, Client client, Mode mode) throws IOException {
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
}
