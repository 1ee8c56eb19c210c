package dev.anyloop.netty;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;

import dev.anyloop.DatagramOptions;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioSelectableChannelIoHandle;
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

/** The JDK's, for Netty's nio. */
final class NioDatagramHandle extends NioSelectableChannelIoHandle<DatagramChannel> implements DatagramHandle {

    /** What decides where a datagram gets to. */
    private static final List<SocketOption<?>> OF_SENDING = List.of(
            StandardSocketOptions.SO_BROADCAST, StandardSocketOptions.IP_MULTICAST_IF, StandardSocketOptions.IP_MULTICAST_TTL,
            StandardSocketOptions.IP_MULTICAST_LOOP);

    // Set once; the last two when it is registered.
    private final DatagramChannel channel;
    private final InetSocketAddress localAddress;
    private IoRegistration registration;
    private NettyDatagramPort port;

    // Loop thread.
    private final List<MembershipKey> groups = new ArrayList<>(0);
    private @Nullable InetSocketAddress peer;

    private NioDatagramHandle(DatagramChannel channel) throws IOException {
        super(channel);
        this.channel = channel;
        this.localAddress = (InetSocketAddress) channel.getLocalAddress();
    }

    static NioDatagramHandle open(InetSocketAddress local, DatagramOptions options) throws IOException {
        DatagramChannel channel = openLike(local.getAddress());
        try {
            configure(channel, options);
            channel.bind(local);
            return new NioDatagramHandle(channel);
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    private static DatagramChannel openLike(InetAddress address) throws IOException {
        DatagramChannel channel = address instanceof Inet4Address
                ? DatagramChannel.open(StandardProtocolFamily.INET)
                : DatagramChannel.open(StandardProtocolFamily.INET6);
        channel.configureBlocking(false);
        return channel;
    }

    /** One that is not bound yet, and sends as the other does. */
    static DatagramChannel openLike(DatagramChannel model) throws IOException {
        DatagramChannel opened = openLike(((InetSocketAddress) model.getLocalAddress()).getAddress());
        try {
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

    static void configure(DatagramChannel channel, DatagramOptions options) throws IOException {
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

    // ---- waiting ----

    @Override
    public void registered(IoRegistration registration, NettyDatagramPort port) {
        this.registration = registration;
        this.port = port;
    }

    @Override
    public void watch(boolean input, boolean output) {
        SelectionKey key = registration.attachment();
        key.interestOps((input ? OP_READ : 0) | (output ? OP_WRITE : 0));
    }

    @Override
    protected void handle(DatagramChannel ready, SelectionKey key) {
        int ops = key.readyOps();
        port.ready((ops & OP_READ) != 0, (ops & OP_WRITE) != 0);
    }

    @Override
    public void release() {
        registration.cancel();
        closeDescriptor();
        port.gone();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public void closeDescriptor() {
        try {
            channel.close();
        } catch (IOException e) {
            // There is nothing left to do: the system has let go of it all the same.
        }
    }

    // ---- the JDK's calls ----

    /** Also of a connected one: a read of an empty datagram would look like the end. */
    @Override
    public @Nullable InetSocketAddress receive(ByteBuffer buffer) throws IOException {
        return (InetSocketAddress) channel.receive(buffer);
    }

    @Override
    public int send(ByteBuffer data, @Nullable InetSocketAddress to) throws IOException {
        if (to != null) {
            return channel.send(data, to);
        } else if (data.hasRemaining()) {
            return Math.max(channel.write(data), 0); // below 0 if a signal interrupted it
        }
        sendEmptyToPeer(data);
        return 0;
    }

    /**
     * Which the JDK does not: it takes a write of no bytes for nothing to do. So another socket sends it, which shares the port for
     * as long as that takes. What comes from the peer meanwhile the system gives to the one that is connected to it.
     */
    private void sendEmptyToPeer(ByteBuffer none) throws IOException {
        InetSocketAddress from = (InetSocketAddress) channel.getLocalAddress();
        channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        try (DatagramChannel other = openLike(channel)) {
            other.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            other.bind(from).send(none, Objects.requireNonNull(peer));
        } catch (UnsupportedOperationException e) {
            throw new IOException("A connected socket cannot send a datagram without bytes here: " + e.getMessage(), e);
        } finally {
            channel.setOption(StandardSocketOptions.SO_REUSEPORT, false);
        }
    }

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
        for (MembershipKey membership : groups) {
            if (membership.group().equals(group) && membership.networkInterface().equals(on)
                    && Objects.equals(membership.sourceAddress(), source)) {
                membership.drop();
            }
        }
        groups.removeIf(membership -> !membership.isValid());
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }
}
