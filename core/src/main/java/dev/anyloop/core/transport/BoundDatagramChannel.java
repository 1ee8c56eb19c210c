package dev.anyloop.core.transport;

import static java.net.StandardSocketOptions.IP_MULTICAST_IF;
import static java.net.StandardSocketOptions.IP_MULTICAST_LOOP;
import static java.net.StandardSocketOptions.IP_MULTICAST_TTL;
import static java.net.StandardSocketOptions.SO_BROADCAST;
import static java.net.StandardSocketOptions.SO_RCVBUF;
import static java.net.StandardSocketOptions.SO_REUSEADDR;
import static java.net.StandardSocketOptions.SO_REUSEPORT;
import static java.net.StandardSocketOptions.SO_SNDBUF;

import dev.anyloop.DatagramOptions;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A datagram channel of the JDK, for engines that wait for one: bytes, peer and groups as a {@link DatagramPort} has them. What the
 * JDK does of a connected channel is not what is wanted of a datagram without bytes: it sends none, and a read of one looks like
 * the end. Of the loop thread; it does not block.
 */
public final class BoundDatagramChannel {

    /** What decides where a datagram gets to. */
    private static final List<SocketOption<?>> OF_SENDING =
            List.of(SO_BROADCAST, IP_MULTICAST_IF, IP_MULTICAST_TTL, IP_MULTICAST_LOOP);

    // set once
    private final DatagramChannel channel;
    private final InetSocketAddress localAddress;
    // loop thread
    private final List<MembershipKey> groups = new ArrayList<>(0);
    private @Nullable InetSocketAddress peer;

    private BoundDatagramChannel(DatagramChannel channel) throws IOException {
        this.channel = channel;
        this.localAddress = (InetSocketAddress) channel.getLocalAddress();
    }

    /**
     * Binds one.
     *
     * @param local as for {@link Transport#datagram}
     * @param options of the socket
     * @return a channel that is the caller's to wait for and to close
     * @throws IOException if that fails; nothing is left open
     */
    public static BoundDatagramChannel bind(InetSocketAddress local, DatagramOptions options) throws IOException {
        DatagramChannel opened = open(local.getAddress());
        try {
            configure(opened, options);
            opened.bind(local);
            return new BoundDatagramChannel(opened);
        } catch (IOException | RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    private static DatagramChannel open(InetAddress like) throws IOException {
        DatagramChannel opened = DatagramChannel.open(
                like instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        opened.configureBlocking(false);
        return opened;
    }

    private static void configure(DatagramChannel channel, DatagramOptions options) throws IOException {
        channel.setOption(SO_BROADCAST, options.broadcast());
        channel.setOption(SO_REUSEADDR, options.reuseAddress());
        channel.setOption(IP_MULTICAST_TTL, options.multicastTtl());
        channel.setOption(IP_MULTICAST_LOOP, options.multicastLoopback());
        if (options.multicastInterface() != null) {
            channel.setOption(IP_MULTICAST_IF, options.multicastInterface());
        }
        if (options.receiveBufferSize() > 0) {
            channel.setOption(SO_RCVBUF, options.receiveBufferSize());
        }
        if (options.sendBufferSize() > 0) {
            channel.setOption(SO_SNDBUF, options.sendBufferSize());
        }
    }

    /**
     * What to wait for.
     *
     * @return the channel
     */
    public DatagramChannel channel() {
        return channel;
    }

    /**
     * Receives a datagram, also of a connected channel.
     *
     * @param buffer its position is moved behind what has come
     * @return who has sent it, or null if there is none
     * @throws IOException for example a refusal of the peer
     */
    public @Nullable InetSocketAddress receive(ByteBuffer buffer) throws IOException {
        return (InetSocketAddress) channel.receive(buffer);
    }

    /**
     * Sends a datagram.
     *
     * @param data all of it
     * @param to null for the peer, exactly if it is connected
     * @return how many bytes were sent. Of a datagram without bytes to an address that does not tell whether it was
     * @throws IOException if it could not be sent
     */
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
     * By another socket, which shares the port for as long as that takes. The system goes on to give what the peer sends, and its
     * refusals, to the one that is connected to it.
     */
    private void sendEmptyToPeer(ByteBuffer none) throws IOException {
        channel.setOption(SO_REUSEPORT, true);
        try (DatagramChannel other = openLike(channel)) {
            other.setOption(SO_REUSEPORT, true);
            other.bind(channel.getLocalAddress()).send(none, Objects.requireNonNull(peer));
        } catch (UnsupportedOperationException e) {
            throw new IOException("A connected socket cannot send a datagram without bytes here: " + e.getMessage(), e);
        } finally {
            channel.setOption(SO_REUSEPORT, false);
        }
    }

    /** One that is not bound yet, and sends as the other does. */
    static DatagramChannel openLike(DatagramChannel model) throws IOException {
        DatagramChannel opened = open(((InetSocketAddress) model.getLocalAddress()).getAddress());
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

    /**
     * As {@link DatagramPort#connect}.
     *
     * @param to the peer, or null for none
     * @throws IOException if the system refuses it; it is not connected then
     */
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

    /**
     * As {@link DatagramPort#join}.
     *
     * @param group the group
     * @param on the interface
     * @param source who alone is heard, or null
     * @throws IOException if the system refuses it
     */
    public void join(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException {
        groups.add(source == null ? channel.join(group, on) : channel.join(group, on, source));
    }

    /**
     * As {@link DatagramPort#leave}. The interface may have other addresses than when it was joined on: its number counts.
     *
     * @param group as it was joined
     * @param on as it was joined
     * @param source as it was joined
     */
    public void leave(InetAddress group, NetworkInterface on, @Nullable InetAddress source) {
        for (MembershipKey membership : groups) {
            if (membership.group().equals(group) && membership.networkInterface().getIndex() == on.getIndex()
                    && Objects.equals(membership.sourceAddress(), source)) {
                membership.drop();
            }
        }
        groups.removeIf(membership -> !membership.isValid());
    }

    /**
     * The address it is bound to.
     *
     * @return with the port the system chose
     */
    public InetSocketAddress localAddress() {
        return localAddress;
    }
}
