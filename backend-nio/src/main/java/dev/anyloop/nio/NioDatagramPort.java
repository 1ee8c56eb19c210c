package dev.anyloop.nio;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;

import dev.anyloop.core.transport.BoundDatagramChannel;
import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/**
 * One datagram channel and its key, whose interest tells whether it receives (OP_READ), and whether somebody waits for room
 * (OP_WRITE).
 */
final class NioDatagramPort implements DatagramPort, NioHandle {

    /** How many datagrams one readiness may bring, so that a flood of them leaves the others their turn (SEAM-017). */
    private static final int MOST_DATAGRAMS = 64;

    // set once
    private final NioTransport transport;
    private final BoundDatagramChannel bound;
    private final DatagramEvents events;
    private final SelectionKey key;
    // loop thread
    private boolean hasRoom; // the selector has just said so

    NioDatagramPort(NioTransport transport, BoundDatagramChannel bound, DatagramEvents events) throws IOException {
        this.transport = transport;
        this.bound = bound;
        this.events = events;
        this.key = transport.register(this, bound.channel(), 0);
    }

    // ---- events ----

    @Override
    public void ready(int ops) {
        if ((ops & OP_WRITE) != 0) {
            key.interestOpsAnd(~OP_WRITE);
            hasRoom = true;
            try {
                events.sendable();
            } finally { // core may have no memory for it
                hasRoom = false;
            }
        }
        for (int count = 0; count < MOST_DATAGRAMS && isReceiving() && receive(); count++) {
            // told
        }
    }

    /** False after an event of this very round has paused or closed it. */
    private boolean isReceiving() {
        return key.isValid() && (key.interestOps() & OP_READ) != 0;
    }

    private boolean receive() {
        ByteBuffer buffer = transport.readBuffer().clear();
        InetSocketAddress sender;
        try {
            sender = bound.receive(buffer);
        } catch (IOException e) {
            events.receiveFailed(e);
            return true;
        }
        if (sender == null) {
            return false;
        }
        events.received(buffer.flip(), sender);
        return true;
    }

    // ---- sending ----

    @Override
    public boolean send(ByteBuffer data, @Nullable InetSocketAddress to) throws IOException {
        boolean sent = data.hasRemaining() ? bound.send(data, to) > 0 : sendEmpty(data, to);
        hasRoom = false; // it was perhaps for this one only
        if (!sent) {
            key.interestOpsOr(OP_WRITE);
        }
        return sent;
    }

    /** To an address the JDK answers 0 if it has sent no bytes, and if it has not sent: so there has to be room. */
    private boolean sendEmpty(ByteBuffer none, @Nullable InetSocketAddress to) throws IOException {
        boolean goes = to == null || hasRoom;
        if (goes) {
            bound.send(none, to);
        }
        return goes;
    }

    // ---- state ----

    @Override
    public void connect(@Nullable InetSocketAddress to) throws IOException {
        bound.connect(to);
    }

    @Override
    public void join(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException {
        bound.join(group, on, source);
    }

    @Override
    public void leave(InetAddress group, NetworkInterface on, @Nullable InetAddress source) {
        bound.leave(group, on, source);
    }

    @Override
    public void pauseReceiving() {
        key.interestOpsAnd(~OP_READ);
    }

    @Override
    public void resumeReceiving() {
        key.interestOpsOr(OP_READ);
    }

    @Override
    public void close() {
        transport.release(this, bound.channel());
    }

    @Override
    public void released() {
        events.closed();
    }

    @Override
    public InetSocketAddress localAddress() {
        return bound.localAddress();
    }
}
