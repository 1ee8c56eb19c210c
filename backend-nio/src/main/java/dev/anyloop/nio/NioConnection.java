package dev.anyloop.nio;

import static java.nio.channels.SelectionKey.OP_CONNECT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;

import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.HalfOpen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One channel and its key. What the connection is waiting for is nowhere but in the key's interest:
 *
 * <pre>
 * OP_CONNECT  until the connection is made (OP_WRITE if it was made at once: the next select then tells)
 * OP_READ     between resumeReading and pauseReading, until the input is over
 * OP_WRITE    while core's buffer is lent, that is, after an offer of which the kernel took only a part
 * </pre>
 *
 * <p>The JDK tells the kernel of changed interest in the next select, so a change undone in the same turn is free.
 */
final class NioConnection implements Connection, NioHandle {

    // Set once; the events by tell.
    private final NioTransport transport;
    private final SelectionKey key; // and with it the channel
    private ConnectionEvents events;

    // Loop thread.
    private boolean connecting;
    private boolean inputOver;
    private @Nullable ByteBuffer lent;

    /** A connection that is made (no interest) or being made (OP_CONNECT, or OP_WRITE if that was done at once). */
    NioConnection(NioTransport transport, SocketChannel channel, int interest) throws IOException {
        this.transport = transport;
        this.key = transport.register(this, channel, interest);
        this.connecting = interest != 0;
    }

    /** @param tcp or else it has no more to set than how much may be on its way */
    static void configure(SocketChannel channel, boolean tcp, SocketOptions options) throws IOException {
        channel.configureBlocking(false);
        if (tcp && options.noDelay()) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        if (tcp && options.keepAlive()) {
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        }
        if (tcp && options.receiveBufferSize() > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, options.receiveBufferSize());
        }
        if (options.sendBufferSize() > 0) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, options.sendBufferSize());
        }
    }

    SocketChannel channel() {
        return (SocketChannel) key.channel();
    }

    /** Whom to tell; known before the first event. */
    void tell(ConnectionEvents events) {
        this.events = events;
    }

    @Override
    public void ready(int ops) {
        if (connecting) {
            finishConnect();
            return;
        }
        // Reading first: a failing write takes a reset off the socket, and the next read would see an end (READ-005).
        if ((ops & OP_READ) != 0) {
            read();
        }
        if ((ops & OP_WRITE) != 0 && lent != null) {
            writeRest(lent);
        }
    }

    private void finishConnect() {
        try {
            if (!channel().finishConnect()) {
                return;
            }
        } catch (IOException e) {
            fail(e);
            return;
        }
        connecting = false;
        key.interestOpsAnd(OP_READ);
        events.connected();
    }

    /** Reads once: what is left is ready in the next poll, after the other connections had their turn (ORDER-011). */
    private void read() {
        ByteBuffer buffer = transport.readBuffer().clear();
        int count;
        try {
            count = Transfer.read(channel(), buffer);
        } catch (IOException e) {
            fail(e);
            return;
        }
        if (count > 0) {
            events.received(buffer.flip());
        } else if (count < 0) {
            inputOver = true;
            key.interestOpsAnd(~OP_READ); // an end stays ready for ever (HALF-007)
            transport.halfOpen().add(this);
            events.inputEnded();
        }
    }

    /** After its end. */
    void wasReset() {
        if (transport.halfOpen().remove(this)) {
            fail(HalfOpen.reset());
        }
    }

    private void fail(IOException cause) {
        inputOver = true;
        lent = null;
        if (key.isValid()) { // a channel that could not connect has closed itself
            key.interestOps(0);
        }
        events.failed(cause);
    }

    @Override
    public int offer(ByteBuffer bytes) throws IOException {
        return Transfer.write(channel(), bytes);
    }

    /** What was offered before; so it waits for its turn. */
    @Override
    public int write(ByteBuffer rest) {
        lent = rest;
        key.interestOpsOr(OP_WRITE);
        return 0;
    }

    private void writeRest(ByteBuffer buffer) {
        int count;
        try {
            count = Transfer.write(channel(), buffer);
        } catch (IOException e) {
            giveBack();
            events.outputFailed(e);
            return;
        }
        if (!buffer.hasRemaining()) {
            giveBack();
        }
        if (count > 0) {
            events.written(count);
        }
    }

    private void giveBack() {
        lent = null;
        key.interestOpsAnd(~OP_WRITE);
    }

    @Override
    public void pauseReading() {
        if (!inputOver) {
            key.interestOpsAnd(~OP_READ);
        }
    }

    @Override
    public void resumeReading() {
        if (!inputOver) {
            key.interestOpsOr(OP_READ);
        }
    }

    @Override
    public void shutdownOutput() {
        try {
            channel().shutdownOutput();
        } catch (IOException e) {
            // The connection is gone, which the next read tells with the reason.
        }
    }

    @Override
    public void close() {
        transport.halfOpen().remove(this);
        inputOver = true;
        lent = null;
        transport.release(this, channel());
    }

    @Override
    public void released() {
        events.closed();
    }

    @Override
    public SocketAddress localAddress() {
        try {
            return channel().getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it is closed
        }
    }

    @Override
    public SocketAddress remoteAddress() {
        try {
            return channel().getRemoteAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it is closed
        }
    }
}
