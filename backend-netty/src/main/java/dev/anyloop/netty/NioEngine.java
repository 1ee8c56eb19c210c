package dev.anyloop.netty;

import dev.anyloop.DatagramOptions;
import dev.anyloop.core.transport.BrokenChannels;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandler;
import io.netty.channel.nio.AbstractNioChannel.NioUnsafe;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
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
    public SocketChannel openSocket(@Nullable SocketProtocolFamily family) {
        return new NioSocketChannel(SelectorProvider.provider(), family);
    }

    @Override
    public ServerSocketChannel openServer(@Nullable SocketProtocolFamily family) {
        return new Listener(family);
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
    public Object socket(SocketChannel channel) {
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
