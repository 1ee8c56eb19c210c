package dev.anyloop.nio;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;

import dev.anyloop.DatagramOptions;
import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import dev.anyloop.core.transport.Fifo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One datagram channel and its key, whose interest tells whether it receives (OP_READ), and whether somebody waits for room
 * (OP_WRITE). What the JDK does of a connected channel is not what is wanted of a datagram without bytes: it sends none, and a read
 * of one looks like the end.
 */
final class NioDatagramPort implements DatagramPort, NioHandle {

    /** How many datagrams one readiness may bring, so that a flood of them leaves the others their turn (SEAM-017). */
    private static final int MOST_DATAGRAMS = 64;

    // set once
    private final NioTransport transport;
    private final DatagramChannel channel;
    private final DatagramEvents events;
    private final InetSocketAddress localAddress;
    private final SelectionKey key;
    // loop thread
    private final List<MembershipKey> groups = new ArrayList<>(0);
    private final Fifo<Received> kept = new Fifo<>();
    private @Nullable InetSocketAddress peer;
    private boolean hasRoom; // the selector has just said so

    /** What was read in the middle of something else. */
    private record Received(ByteBuffer data, InetSocketAddress sender) {}

    NioDatagramPort(NioTransport transport, DatagramChannel channel, DatagramEvents events) throws IOException {
        this.transport = transport;
        this.channel = channel;
        this.events = events;
        this.localAddress = (InetSocketAddress) channel.getLocalAddress();
        this.key = transport.register(this, channel, 0);
    }

    static void configure(DatagramChannel channel, DatagramOptions options) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_BROADCAST, options.broadcast());
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, options.reuseAddress());
        channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, options.multicastTtl());
        channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, options.multicastLoopback());
        if (options.multicastInterface() != null) {
            channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, options.multicastInterface());
        }
        if (options.receiveBufferSize() > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, options.receiveBufferSize());
        }
        if (options.sendBufferSize() > 0) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, options.sendBufferSize());
        }
    }

    // ---- events ----

    @Override
    public void ready(int ops) {
        if ((ops & OP_WRITE) != 0) {
            key.interestOpsAnd(~OP_WRITE);
            hasRoom = true;
            events.sendable();
            hasRoom = false;
        }
        for (int count = 0; count < MOST_DATAGRAMS && kept.isEmpty() && isReceiving() && receive(); count++) {
            // told
        }
    }

    /** It comes before whatever is in the channel. */
    void tellKept() {
        for (int count = 0; count < MOST_DATAGRAMS && !kept.isEmpty() && isReceiving(); count++) {
            Received first = Objects.requireNonNull(kept.poll());
            events.received(first.data, first.sender);
        }
        if (!kept.isEmpty() && isReceiving()) {
            transport.tellKeptLater(this);
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
            sender = (InetSocketAddress) channel.receive(buffer);
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
        boolean sent = !data.hasRemaining() ? sendEmpty(data, to)
                : to == null ? Transfer.write(channel, data) > 0
                : channel.send(data, to) > 0;
        if (!sent) {
            hasRoom = false;
            key.interestOpsOr(OP_WRITE);
        }
        return sent;
    }

    /** The JDK answers 0 if it has sent no bytes, and if it has not sent: so there has to be room. */
    private boolean sendEmpty(ByteBuffer none, @Nullable InetSocketAddress to) throws IOException {
        if (!hasRoom) {
            return false;
        }
        hasRoom = false; // perhaps for this one only
        if (to != null) {
            channel.send(none, to);
        } else {
            sendEmptyToPeer(none, Objects.requireNonNull(peer));
        }
        return true;
    }

    /** While it is not connected; to connect again drops what has come, so that is read before. */
    private void sendEmptyToPeer(ByteBuffer none, InetSocketAddress to) throws IOException {
        connect(null);
        channel.send(none, to);
        ByteBuffer buffer = transport.readBuffer();
        for (SocketAddress sender; (sender = channel.receive(buffer.clear())) != null; ) {
            kept.add(new Received(ByteBuffer.allocate(buffer.flip().remaining()).put(buffer).flip(), (InetSocketAddress) sender));
        }
        connect(to);
        transport.tellKeptLater(this);
    }

    // ---- state ----

    @Override
    public void connect(@Nullable InetSocketAddress to) throws IOException {
        if (peer != null) {
            peer = null;
            channel.disconnect();
        }
        if (to != null) {
            channel.connect(to);
            peer = to;
        }
    }

    @Override
    public void join(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException {
        groups.add(source == null ? channel.join(group, on) : channel.join(group, on, source));
    }

    @Override
    public void leave(InetAddress group, NetworkInterface on, @Nullable InetAddress source) {
        groups.removeIf(membership -> {
            boolean meant = membership.group().equals(group) && membership.networkInterface().equals(on)
                    && (source == null ? membership.sourceAddress() == null : source.equals(membership.sourceAddress()));
            if (meant) {
                membership.drop();
            }
            return meant;
        });
    }

    @Override
    public void pauseReceiving() {
        key.interestOpsAnd(~OP_READ);
    }

    @Override
    public void resumeReceiving() {
        key.interestOpsOr(OP_READ);
        if (!kept.isEmpty()) {
            transport.tellKeptLater(this);
        }
    }

    @Override
    public void close() {
        transport.release(this, channel);
    }

    @Override
    public void released() {
        events.closed();
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }
}
