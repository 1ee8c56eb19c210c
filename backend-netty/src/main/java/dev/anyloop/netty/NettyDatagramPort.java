package dev.anyloop.netty;

import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One datagram socket; Netty waits for it, and here it is read and written. */
final class NettyDatagramPort implements DatagramPort, NettyHandle {

    /** How many datagrams one readiness may bring, so that a flood of them leaves the others their turn (SEAM-017). */
    private static final int MOST_DATAGRAMS = 64;

    // Set once.
    private final NettyTransport transport;
    private final DatagramHandle handle;
    private final DatagramEvents events;
    private final InetSocketAddress localAddress;

    // Loop thread.
    private boolean receiving;
    private boolean waiting; // for room
    private boolean hasRoom; // the system has just said so
    private boolean closed;

    NettyDatagramPort(NettyTransport transport, DatagramHandle handle, DatagramEvents events) {
        this.transport = transport;
        this.handle = handle;
        this.events = events;
        this.localAddress = handle.localAddress();
    }

    // ---- while Netty runs ----

    void ready(boolean input, boolean output) {
        if (output && waiting) {
            waiting = false;
            watch();
            hasRoom = true;
            try {
                events.sendable();
            } finally { // core may have no memory for it
                hasRoom = false;
            }
        }
        if (input && receiving) {
            receive();
        }
    }

    private void receive() {
        ByteBuf borrowed = transport.readBuffers().take(ReadBuffers.LARGEST_BYTES);
        try {
            ByteBuffer buffer = borrowed.internalNioBuffer(0, borrowed.capacity());
            int left = MOST_DATAGRAMS;
            while (left > 0 && receiving && receive(buffer.clear())) {
                left--;
            }
        } finally { // core may have no memory for it
            transport.readBuffers().give(borrowed);
        }
    }

    private boolean receive(ByteBuffer buffer) {
        InetSocketAddress sender;
        try {
            sender = handle.receive(buffer);
        } catch (IOException e) {
            failed(e);
            return true;
        }
        if (sender == null) {
            return false;
        }
        events.received(buffer.flip(), sender);
        return true;
    }

    void failed(IOException cause) {
        events.receiveFailed(Causes.system(cause));
    }

    boolean isReceiving() {
        return receiving;
    }

    /** The descriptor is closed, and nothing is under way that would keep the port. */
    void gone() {
        transport.isReleased(this);
    }

    @Override
    public void released() {
        events.closed();
    }

    // ---- from core ----

    @Override
    public boolean send(ByteBuffer data, @Nullable InetSocketAddress to) throws IOException {
        boolean sent;
        try {
            sent = data.hasRemaining() ? handle.send(data, to) > 0 : sendEmpty(data, to);
        } catch (IOException e) {
            throw Causes.system(e);
        }
        hasRoom = false; // it was perhaps for this one only
        if (!sent) {
            waiting = true;
            watch();
        }
        return sent;
    }

    /** Who is told 0 knows neither that it was sent nor that it was not: so there has to be room. */
    private boolean sendEmpty(ByteBuffer none, @Nullable InetSocketAddress to) throws IOException {
        if (hasRoom) {
            handle.send(none, to);
        }
        return hasRoom;
    }

    @Override
    public void connect(@Nullable InetSocketAddress peer) throws IOException {
        asking(() -> handle.connect(peer));
    }

    @Override
    public void join(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException {
        asking(() -> handle.join(group, on, source));
    }

    @Override
    public void leave(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException {
        asking(() -> handle.leave(group, on, source));
    }

    @FunctionalInterface
    private interface Request {
        void make() throws IOException;
    }

    private static void asking(Request request) throws IOException {
        try {
            request.make();
        } catch (IOException | ChannelException | IllegalArgumentException e) {
            throw Causes.system(e);
        }
    }

    @Override
    public void pauseReceiving() {
        receiving = false;
        watch();
    }

    @Override
    public void resumeReceiving() {
        receiving = true;
        watch();
    }

    private void watch() {
        if (!closed) {
            handle.watch(receiving, waiting);
            transport.begun();
        }
    }

    @Override
    public void close() {
        closed = true;
        receiving = false;
        waiting = false;
        transport.release(this, handle);
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    NettyTransport transport() {
        return transport;
    }
}
