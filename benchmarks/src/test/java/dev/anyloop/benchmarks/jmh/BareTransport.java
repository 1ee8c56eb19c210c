package dev.anyloop.benchmarks.jmh;

import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.Transport;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An engine that costs next to nothing and never waits: one connection, whose peer sends the same bytes in every poll.
 */
final class BareTransport implements Transport, Connection {

    private static final InetSocketAddress NOWHERE = new InetSocketAddress("127.0.0.1", 1);

    private final ByteBuffer incoming;
    private @Nullable ConnectionEvents events;
    private boolean connected;
    private boolean reading;
    private boolean closing;
    private int pollsLeft;
    private Runnable afterPolls = () -> { };

    BareTransport(byte[] incoming) {
        this.incoming = ByteBuffer.allocateDirect(incoming.length).put(incoming).flip();
    }

    /** Does something in the last of so many polls to come. */
    void after(int polls, Runnable action) {
        pollsLeft = polls;
        afterPolls = action;
    }

    @Override
    public boolean poll(long timeoutNanos) {
        if (--pollsLeft == 0) {
            afterPolls.run();
        }
        if (events == null) {
            return true;
        } else if (closing) {
            closing = false;
            events.closed();
            events = null;
        } else if (!connected) {
            connected = true;
            events.connected();
        } else if (reading) {
            events.received(incoming.rewind());
        }
        return true;
    }

    @Override
    public void wakeup() {}

    @Override
    public Connection connect(
            SocketAddress remote, @Nullable SocketAddress local, SocketOptions options, ConnectionEvents events) {
        this.events = events;
        return this;
    }

    @Override
    public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer lent) {
        int count = lent.remaining();
        lent.position(lent.limit());
        return count;
    }

    @Override
    public void pauseReading() {
        reading = false;
    }

    @Override
    public void resumeReading() {
        reading = true;
    }

    @Override
    public void shutdownOutput() {}

    @Override
    public void close() {
        closing = true;
    }

    @Override
    public SocketAddress localAddress() {
        return NOWHERE;
    }

    @Override
    public SocketAddress remoteAddress() {
        return NOWHERE;
    }
}
