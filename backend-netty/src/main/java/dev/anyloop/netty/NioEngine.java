package dev.anyloop.netty;

import dev.anyloop.DatagramOptions;
import dev.anyloop.core.transport.BrokenChannels;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.IoHandler;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.AbstractNioChannel.NioUnsafe;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Netty over the JDK's selectors: always there. */
final class NioEngine implements Engine {

    @Override
    public @Nullable Throwable unavailability() {
        return null;
    }

    @Override
    public boolean hasIpv6() {
        return true;
    }

    @Override
    public IoHandler newHandler(ThreadAwareExecutor executor) {
        return NioIoHandler.newFactory().newHandler(executor);
    }

    @Override
    public DuplexChannel openSocket(@Nullable SocketProtocolFamily family) {
        return family == SocketProtocolFamily.UNIX ? new NioDomainSocketChannel(SelectorProvider.provider())
                : new NioSocketChannel(SelectorProvider.provider(), family);
    }

    @Override
    public ServerChannel openServer(@Nullable SocketProtocolFamily family) {
        return family == SocketProtocolFamily.UNIX ? new NioPathListener(SelectorProvider.provider())
                : new Listener(family);
    }

    @Override
    public SocketAddress toConnect(SocketAddress address) {
        return address;
    }

    @Override
    public void bind(ServerChannel channel, SocketAddress local, ChannelPromise binding) {
        channel.unsafe().bind(local, binding);
    }

    @Override
    public @Nullable SocketAddress fromNetty(@Nullable SocketAddress address) {
        return address;
    }

    /** Netty's own closes itself when there is no memory for a connection, and if it is lucky only logs it (RES-008). */
    private static final class Listener extends NioServerSocketChannel {

        Listener(@Nullable SocketProtocolFamily family) {
            super(SelectorProvider.provider(), family);
        }

        @Override
        protected int doReadMessages(List<Object> channels) throws IOException {
            java.nio.channels.SocketChannel accepted = javaChannel().accept();
            if (accepted == null) {
                return 0;
            }
            try {
                channels.add(new NioSocketChannel(this, accepted));
                return 1;
            } catch (Throwable e) {
                accepted.close();
                throw e;
            }
        }

        @Override
        protected boolean closeOnReadError(Throwable cause) {
            return !isActive();
        }
    }

    /** Off the selector: there is no other way to tell Netty that a read which it thinks is owed will not come. */
    @Override
    public void ended(DuplexChannel channel) {
        channel.config().setAutoRead(true).setAutoRead(false);
    }

    @Override
    public DatagramHandle openDatagrams(InetSocketAddress local, DatagramOptions options) throws IOException {
        return NioDatagramHandle.open(local, options);
    }

    @Override
    public ChannelOption<Boolean> reusePort() {
        return NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT);
    }

    @Override
    public boolean readsAtOnce() {
        return true;
    }

    /** The JDK asks epoll for 1,024 events, its own wakeup among them, and other systems for 256. */
    @Override
    public int fullBatch() {
        return 255;
    }

    @Override
    public Object socket(DuplexChannel channel) {
        return jdks(channel);
    }

    @Override
    public int offer(Object socket, ByteBuffer bytes) throws IOException {
        int count = ((java.nio.channels.SocketChannel) socket).write(bytes);
        return Math.max(count, 0); // below 0 if a signal interrupted it
    }

    @Override
    public List<NettyConnection> broken(List<NettyConnection> halfOpen) {
        return BrokenChannels.among(halfOpen, connection ->
                (java.nio.channels.SocketChannel) jdks(connection.channel()));
    }

    @Override
    public void closeOrphan(Channel channel) throws IOException {
        jdks(channel).close();
    }

    private static SelectableChannel jdks(Channel channel) {
        return ((NioUnsafe) channel.unsafe()).ch();
    }
}
