package dev.anyloop.netty;

import dev.anyloop.DatagramOptions;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.IoHandler;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of Netty's transports, for one loop. It may be loaded where the classes it stands for are absent. */
interface Engine {

    /**
     * Why it cannot be used here.
     *
     * @return Netty's own cause, or null if it can
     */
    @Nullable Throwable unavailability();

    /** Whether it opens IPv6 sockets where the JDK does; those that it opens for IPv4 it would also connect, elsewhere. */
    boolean hasIpv6();

    /** Makes what waits for I/O and delivers it. */
    IoHandler newHandler(ThreadAwareExecutor executor);

    /**
     * Opens a channel.
     *
     * @param family INET for IPv4 only, UNIX for a path, or null for both of the internet
     */
    DuplexChannel openSocket(@Nullable SocketProtocolFamily family);

    /**
     * Opens a channel.
     *
     * @param family INET for IPv4 only, UNIX for a path, or null for both of the internet
     */
    ServerChannel openServer(@Nullable SocketProtocolFamily family);

    /** An address as its channels take it. */
    default SocketAddress toConnect(SocketAddress address) throws IOException {
        return Paths.toConnect(address);
    }

    /** Binds it to an address as others have it. */
    default void bind(ServerChannel channel, SocketAddress local, ChannelPromise binding) throws IOException {
        Paths.bind(channel, local, binding);
    }

    /** An address of a channel as others have it. */
    default @Nullable SocketAddress fromNetty(@Nullable SocketAddress address) {
        return Paths.fromNetty(address);
    }

    /**
     * Whether Netty leaves a channel open whose peer has ended, if told so. Where it does not, it must not hear of the end at all.
     */
    default boolean allowsHalfClosure(DuplexChannel channel) {
        return channel instanceof SocketChannel;
    }

    /** The peer has ended, and Netty has not heard of it: it is to read no more. */
    default void ended(DuplexChannel channel) {}

    /** Binds a datagram socket. It may throw what else Netty and the JDK throw for an address or an option. */
    DatagramHandle openDatagrams(InetSocketAddress local, DatagramOptions options) throws IOException;

    /** After each registration, which Netty may take for made although the kernel has refused to watch the channel. */
    default void requireWatched() throws IOException {}

    /** What shares a port: each kind of channel knows its own only. */
    ChannelOption<Boolean> reusePort();

    /**
     * Whether a read is over when it is begun, so that all connections of a loop can read into one buffer. Where the
     * kernel fills the buffers of many connections at once, each needs its own (READ-009).
     */
    boolean readsAtOnce();

    /** As many events as one run may bring without having brought all. */
    int fullBatch();

    /**
     * What {@link #offer} sends through. A connection keeps it: the way to it leads over objects of Netty's that are not in
     * the processor's cache when one of thousands of connections sends something short (decision 35).
     */
    default Object socket(DuplexChannel channel) {
        return channel;
    }

    /**
     * Sends what the system takes now, around Netty's own output, in which nothing waits (SEAM-012).
     *
     * @param socket of the channel, as {@link #socket} says
     * @return how many bytes of the buffer that was; 0 where it is known later
     */
    default int offer(Object socket, ByteBuffer bytes) throws IOException {
        return 0;
    }

    /** Which of the connections are broken, whose input has ended: nothing is read of them any more that would tell. */
    List<NettyConnection> broken(List<NettyConnection> halfOpen) throws IOException;

    /** Makes the kernel begin what was asked of it since the last run, where that takes a run; delivers nothing. */
    default void submit(ManualIoEventLoop loop) {}

    /** Closes the descriptor alone: Netty closes a channel on its loop's thread only, and that thread is dead. */
    void closeOrphan(Channel channel) throws IOException;
}
