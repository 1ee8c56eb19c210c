package dev.anyloop.netty;

import dev.anyloop.ErrorKind;
import dev.anyloop.core.transport.EngineException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.ServerChannel;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.nio.AbstractNioMessageChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.InvalidPathException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server at a path, for Netty's nio. Netty's own closes itself when there is no memory for a connection, or when its peer has a name
 * that the JDK cannot express (RES-008, UNIX-002); and when it is closed it removes whatever lies at its path (UNIX-003).
 */
final class NioPathListener extends AbstractNioMessageChannel implements ServerChannel {

    private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16); // as Netty's servers

    // Set once.
    private final Config config = new Config(this);

    NioPathListener(SelectorProvider provider) {
        super(null, open(provider), SelectionKey.OP_ACCEPT);
    }

    private static ServerSocketChannel open(SelectorProvider provider) {
        try {
            return provider.openServerSocketChannel(StandardProtocolFamily.UNIX);
        } catch (IOException e) {
            throw new ChannelException(e);
        }
    }

    /** Knows how many may wait. */
    private static final class Config extends DefaultChannelConfig {

        private int backlog;

        Config(Channel channel) {
            super(channel, new ServerChannelRecvByteBufAllocator());
        }

        @Override
        public <T> boolean setOption(ChannelOption<T> option, T value) {
            if (option == ChannelOption.SO_BACKLOG) {
                backlog = (Integer) value;
                return true;
            }
            return super.setOption(option, value);
        }
    }

    @Override
    protected ServerSocketChannel javaChannel() {
        return (ServerSocketChannel) super.javaChannel();
    }

    @Override
    protected void doBind(SocketAddress local) throws IOException {
        javaChannel().bind(local, config.backlog);
    }

    @Override
    protected int doReadMessages(List<Object> channels) throws IOException {
        SocketChannel accepted = accept();
        if (accepted == null) {
            return 0;
        }
        try {
            channels.add(new NioDomainSocketChannel(this, accepted));
            return 1;
        } catch (Throwable e) {
            accepted.close();
            throw e;
        }
    }

    private @Nullable SocketChannel accept() throws IOException {
        try {
            return javaChannel().accept();
        } catch (InvalidPathException e) { // which keeps the connection
            throw new EngineException(ErrorKind.OTHER, "accept: " + e);
        }
    }

    @Override
    protected boolean closeOnReadError(Throwable cause) {
        return !isActive();
    }

    @Override
    protected void doClose() throws IOException {
        javaChannel().close();
    }

    // ---- state ----

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public boolean isActive() {
        return isOpen() && localAddress0() != null;
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        try {
            return javaChannel().getLocalAddress();
        } catch (IOException e) {
            return null; // it is closed
        }
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return null;
    }

    // ---- of what does not listen ----

    @Override
    protected boolean doConnect(SocketAddress remote, SocketAddress local) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void doFinishConnect() {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void doDisconnect() {
        throw new UnsupportedOperationException();
    }

    @Override
    protected boolean doWriteMessage(Object message, ChannelOutboundBuffer out) {
        throw new UnsupportedOperationException();
    }
}
