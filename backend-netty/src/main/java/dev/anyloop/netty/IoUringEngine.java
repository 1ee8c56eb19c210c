package dev.anyloop.netty;

import dev.anyloop.DatagramOptions;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.channel.IoHandler;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Netty's io_uring, when {@code netty-transport-native-io_uring} is there. It has no sockets for IPv4 only. */
final class IoUringEngine extends NativeEngine {

    private static final int RING_SIZE = 1024;

    /** Netty prints a warning when completions do not fit, so there is room for thousands of connections at once. */
    private static final int COMPLETIONS = 32 * 1024;

    /** More than Netty needs for what a ring has beside it. */
    private static final int BESIDES_BYTES = 1024 * 1024;

    private @Nullable IoUringHandler handler;

    @Override
    public @Nullable Throwable unavailability() {
        try {
            return IoUring.unavailabilityCause();
        } catch (LinkageError e) {
            return e;
        }
    }

    @Override
    public IoHandler newHandler(ThreadAwareExecutor executor) {
        requireDescriptors();
        requireMemory();
        IoUringIoHandlerConfig config = new IoUringIoHandlerConfig().setRingSize(RING_SIZE).setCqSize(COMPLETIONS);
        handler = new IoUringHandler(executor, IoUringIoHandler.newFactory(config).newHandler(executor));
        return handler;
    }

    /** A ring has some beside it, and one for which Netty gets none it leaves open (RES-008). */
    private static void requireMemory() {
        Unpooled.directBuffer(BESIDES_BYTES).release();
    }

    /** A ring takes two, and one for which Netty gets no second it leaves open (RES-010). */
    private static void requireDescriptors() {
        IoUring.ensureAvailability(); // which loads what the next call is written in
        try {
            for (FileDescriptor one : FileDescriptor.pipe()) {
                one.close();
            }
        } catch (IOException e) {
            throw new ChannelException(e);
        }
    }

    @Override
    public DuplexChannel openSocket(@Nullable SocketProtocolFamily family) {
        return family == SocketProtocolFamily.UNIX ? new IoUringDomainSocketChannel() : new IoUringSocketChannel();
    }

    @Override
    public ServerChannel openServer(@Nullable SocketProtocolFamily family) {
        return family == SocketProtocolFamily.UNIX ? new IoUringServerDomainSocketChannel() : new IoUringServerSocketChannel();
    }

    @Override
    public DatagramHandle openDatagrams(InetSocketAddress local, DatagramOptions options) throws IOException {
        return new IoUringDatagramHandle(local, options);
    }

    @Override
    public boolean readsAtOnce() {
        return false;
    }

    /** A run goes round 128 times at most, and each time brings one event at least. */
    @Override
    public int fullBatch() {
        return 64;
    }

    @Override
    public void submit(ManualIoEventLoop loop) {
        handler.submit(loop);
    }
}
