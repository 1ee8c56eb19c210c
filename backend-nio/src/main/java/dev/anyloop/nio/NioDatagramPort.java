package dev.anyloop.nio;

import static java.net.StandardSocketOptions.SO_BROADCAST;
import static java.net.StandardSocketOptions.SO_REUSEPORT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;

import dev.anyloop.DatagramOptions;
import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
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

    /** What decides where a datagram gets to. */
    private static final List<SocketOption<?>> OF_SENDING = List.of(
            SO_BROADCAST, StandardSocketOptions.IP_MULTICAST_IF, StandardSocketOptions.IP_MULTICAST_TTL,
            StandardSocketOptions.IP_MULTICAST_LOOP);

    // set once
    private final NioTransport transport;
    private final DatagramChannel channel;
    private final DatagramEvents events;
    private final InetSocketAddress localAddress;
    private final SelectionKey key;
    // loop thread
    private final List<MembershipKey> groups = new ArrayList<>(0);
    private @Nullable InetSocketAddress peer;
    private boolean hasRoom; // the selector has just said so

    NioDatagramPort(NioTransport transport, DatagramChannel channel, DatagramEvents events) throws IOException {
        this.transport = transport;
        this.channel = channel;
        this.events = events;
        this.localAddress = (InetSocketAddress) channel.getLocalAddress();
        this.key = transport.register(this, channel, 0);
    }

    static void configure(DatagramChannel channel, DatagramOptions options) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(SO_BROADCAST, options.broadcast());
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
        hasRoom = false; // it was perhaps for this one only
        if (!sent) {
            key.interestOpsOr(OP_WRITE);
        }
        return sent;
    }

    private boolean sendEmpty(ByteBuffer none, @Nullable InetSocketAddress to) throws IOException {
        if (to == null) {
            sendEmptyToPeer(none, Objects.requireNonNull(peer));
            return true;
        }
        if (hasRoom) { // the JDK answers 0 if it has sent no bytes, and if it has not sent
            channel.send(none, to);
        }
        return hasRoom;
    }

    /**
     * By another socket, which shares the port for as long as that takes. The system goes on to give what the peer sends, and its
     * refusals, to the one that is connected to it.
     */
    private void sendEmptyToPeer(ByteBuffer none, InetSocketAddress to) throws IOException {
        channel.setOption(SO_REUSEPORT, true);
        try (DatagramChannel other = openLike(channel)) {
            other.setOption(SO_REUSEPORT, true);
            other.bind(channel.getLocalAddress()).send(none, to);
        } catch (UnsupportedOperationException e) {
            throw new IOException("A connected socket cannot send a datagram without bytes here: " + e.getMessage(), e);
        } finally {
            channel.setOption(SO_REUSEPORT, false);
        }
    }

    /** One that is not bound yet, and sends as the other does. */
    static DatagramChannel openLike(DatagramChannel model) throws IOException {
        InetSocketAddress local = (InetSocketAddress) model.getLocalAddress();
        DatagramChannel opened = DatagramChannel.open(
                local.getAddress() instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        try {
            opened.configureBlocking(false);
            for (SocketOption<?> option : OF_SENDING) {
                copy(option, model, opened);
            }
            return opened;
        } catch (IOException | RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    private static <T> void copy(SocketOption<T> option, DatagramChannel from, DatagramChannel to) throws IOException {
        T value = from.getOption(option);
        if (value != null) { // as of an interface that nobody has chosen
            to.setOption(option, value);
        }
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
