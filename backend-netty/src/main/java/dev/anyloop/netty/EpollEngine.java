package dev.anyloop.netty;

import dev.anyloop.DatagramOptions;
import io.netty.channel.IoHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Netty's own epoll, when {@code netty-transport-native-epoll} is there. */
final class EpollEngine extends NativeEngine {

    private @Nullable EpollHandler handler;

    @Override
    public @Nullable Throwable unavailability() {
        try {
            return Epoll.unavailabilityCause();
        } catch (LinkageError e) {
            return e;
        }
    }

    @Override
    public IoHandler newHandler(ThreadAwareExecutor executor) {
        handler = new EpollHandler(EpollIoHandler.newFactory().newHandler(executor));
        return handler;
    }

    @Override
    public void requireWatched() throws IOException {
        IOException refusal = handler.refusal();
        if (refusal != null) {
            throw Causes.system(refusal);
        }
    }

    @Override
    public DuplexChannel openSocket(@Nullable SocketProtocolFamily family) {
        return family == SocketProtocolFamily.UNIX ? new EpollDomainSocketChannel() : new EpollSocketChannel(family);
    }

    @Override
    public ServerChannel openServer(@Nullable SocketProtocolFamily family) {
        return family == SocketProtocolFamily.UNIX ? new EpollServerDomainSocketChannel() : new EpollServerSocketChannel(family);
    }

    @Override
    public boolean allowsHalfClosure(DuplexChannel channel) {
        return true;
    }

    @Override
    public DatagramHandle openDatagrams(InetSocketAddress local, DatagramOptions options) throws IOException {
        return new EpollDatagramHandle(local, options);
    }

    @Override
    public boolean readsAtOnce() {
        return true;
    }

    /** Netty asks for 4,096 events, and for more after that was too few; its own wakeup and timer are among them. */
    @Override
    public int fullBatch() {
        return 4_094;
    }

    @Override
    public Object socket(DuplexChannel channel) {
        return socketOf(channel);
    }

    @Override
    public int offer(Object socket, ByteBuffer bytes) throws IOException {
        int count = ((Socket) socket).sendAddress(Buffer.memoryAddress(bytes), bytes.position(), bytes.limit());
        bytes.position(bytes.position() + count);
        return count;
    }
}
