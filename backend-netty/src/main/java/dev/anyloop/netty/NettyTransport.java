package dev.anyloop.netty;

import static java.util.concurrent.TimeUnit.DAYS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.anyloop.Capability;
import dev.anyloop.DatagramOptions;
import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import dev.anyloop.core.transport.Fifo;
import dev.anyloop.core.transport.HalfOpen;
import dev.anyloop.core.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.IoHandler;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One of Netty's event loops, run by the thread that owns it, and the buffers its connections read into. It is long because
 * Netty answers by promises and tasks, and here each is made into what poll tells.
 */
final class NettyTransport implements Transport {

    private static final Runnable WAKEUP = () -> {};
    private static final long LONGEST_WAIT = DAYS.toNanos(1);
    private static final NettyHandle NOBODY = () -> {};

    // Set once.
    private final Engine engine;
    private final ManualIoEventLoop loop;
    private IoHandler handler;
    private final ReadBuffers readBuffers;
    private final LentBuffers lentBuffers = new LentBuffers();
    private final SpareOutputs spareOutputs = new SpareOutputs();
    private final ForgottenDescriptors forgotten = new ForgottenDescriptors();

    // Loop thread.
    private final Fifo<Report> reports = new Fifo<>();
    private final Fifo<NettyHandle> closed = new Fifo<>();
    private final HalfOpen<NettyConnection> halfOpen = new HalfOpen<>();
    private int releasing;
    private boolean polling;
    private boolean begun;
    private @Nullable Throwable broken;

    // Any thread; set by the loop thread.
    private volatile boolean over;

    /** Of the calling thread. */
    NettyTransport(Engine engine) {
        this.engine = engine;
        this.readBuffers = new ReadBuffers(engine.readsAtOnce());
        OwnersLocals.loopOpens();
        try {
            this.loop = new ManualIoEventLoop(Thread.currentThread(), this::newHandler);
            loop.runNow(); // io_uring takes nothing before its first run
        } catch (Throwable e) {
            if (handler != null) {
                handler.destroy();
            }
            readBuffers.close();
            OwnersLocals.loopIsClosed();
            throw e;
        }
    }

    private IoHandler newHandler(ThreadAwareExecutor executor) {
        handler = engine.newHandler(executor);
        return handler;
    }

    @Override
    public boolean poll(long timeoutNanos) throws IOException {
        forgotten.close(); // first: there are no more of them than one poll brings
        int freed = closed.size(); // by this run: what Netty calls closed the selector or the ring may still hold
        polling = true;
        boolean mayWait = releasing == 0 && reports.isEmpty();
        int handled = isOrphan() ? 0 : run(mayWait ? waitNanos(halfOpen.limit(timeoutNanos)) : -1);
        begun = false;
        for (int left = reports.size(); left > 0; left--) {
            Objects.requireNonNull(reports.poll()).report();
        }
        tellResets(halfOpen.due());
        for (; freed > 0; freed--) {
            releasing--;
            Objects.requireNonNull(closed.poll()).released();
        }
        polling = false;
        if (begun) {
            begun();
        }
        rethrow();
        return handled < engine.fullBatch();
    }

    private void tellResets(List<NettyConnection> looked) throws IOException {
        if (!looked.isEmpty()) {
            engine.broken(looked).forEach(NettyConnection::wasReset);
        }
    }

    /** With all of its tasks. The method that does not say so waits for ever in Netty 4.2.0, which has no other. */
    private int run(long waitNanos) {
        return loop.run(waitNanos, 0);
    }

    /** A connection was asked for something; inside a run Netty begins it, else it may have to be told to. */
    void begun() {
        begun = polling;
        if (!polling && !isOrphan()) {
            engine.submit(loop);
        }
    }

    /** Whether the owner is dead: core then lets another thread close the loop, but Netty does not. */
    boolean isOrphan() {
        return !loop.inEventLoop();
    }

    /**
     * Netty's -1 does not wait. Some of its transports count milliseconds, and its nio before 4.2.8 does not wait either if
     * it may wait without limit.
     */
    private static long waitNanos(long timeoutNanos) {
        if (timeoutNanos == 0) {
            return -1;
        }
        long limited = timeoutNanos < 0 ? LONGEST_WAIT : Math.min(timeoutNanos, LONGEST_WAIT);
        return MILLISECONDS.toNanos(NANOSECONDS.toMillis(limited - 1) + 1);
    }

    /** Something was thrown and caught that was not the network's doing: it must not be lost. */
    void broken(Throwable cause) {
        broken = cause;
    }

    private void rethrow() throws IOException {
        Throwable cause = broken;
        broken = null;
        if (cause != null) {
            throw new IOException("Netty failed: " + cause, cause);
        }
    }

    /** A task, because Netty's own wakeup does nothing while the loop is not waiting. */
    @Override
    public void wakeup() {
        try {
            if (!over) {
                Stack.requireRoom();
                loop.execute(WAKEUP);
            }
        } catch (RejectedExecutionException e) {
            // It was closed in between, and a closed loop is not woken.
        }
    }

    @Override
    public Set<Capability> capabilities() {
        return NettyEventLoopProvider.CAPABILITIES;
    }

    @Override
    public boolean hasIpv6() {
        return Transport.super.hasIpv6() && engine.hasIpv6();
    }

    @Override
    public Connection connect(
            SocketAddress remote, @Nullable SocketAddress local, SocketOptions options, ConnectionEvents events)
            throws IOException {
        DuplexChannel channel = open(() -> engine.openSocket(family(remote)));
        try {
            NettyConnection connection = new NettyConnection(this, channel, options);
            connection.tell(events);
            register(channel, connection);
            ChannelPromise connecting = channel.newPromise();
            channel.unsafe().connect(engine.toConnect(remote), local, connecting);
            check(connecting);
            connection.connecting(remote, connecting);
            begun();
            return connection;
        } catch (IOException | ChannelException e) {
            throw abandoned(channel, e);
        } catch (VirtualMachineError e) {
            abandon(channel);
            throw e;
        }
    }

    @Override
    public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
        ServerChannel channel = open(() -> engine.openServer(family(local)));
        try {
            channel.config().setOption(ChannelOption.SO_BACKLOG, options.backlog());
            if (channel instanceof ServerSocketChannel tcp && options.socket().receiveBufferSize() > 0) {
                tcp.config().setReceiveBufferSize(options.socket().receiveBufferSize()); // inherited, in time for the window
            }
            if (options.reusePort()) {
                share(channel);
            }
            NettyAcceptor acceptor = new NettyAcceptor(this, channel, local, options.socket(), events);
            register(channel, acceptor);
            bind(channel, local);
            channel.unsafe().beginRead(); // Netty would in its next run, and accept in the one after
            return acceptor;
        } catch (IOException | ChannelException e) {
            throw abandoned(channel, e);
        } catch (VirtualMachineError e) {
            abandon(channel);
            throw e;
        }
    }

    @Override
    public DatagramPort datagram(InetSocketAddress local, DatagramOptions options, DatagramEvents events) throws IOException {
        DatagramHandle handle;
        try {
            handle = engine.openDatagrams(local, options);
        } catch (IOException | ChannelException | IllegalArgumentException e) {
            throw Causes.system(e);
        }
        try {
            NettyDatagramPort port = new NettyDatagramPort(this, handle, events);
            handle.registered(loop.register(handle).syncUninterruptibly().getNow(), port);
            return port;
        } catch (Throwable e) {
            handle.closeDescriptor();
            throw e;
        }
    }

    /** Netty passes over an option that a channel does not know. */
    private void share(ServerChannel channel) throws IOException {
        ChannelOption<Boolean> option = engine.reusePort();
        if (!channel.config().setOption(option, true) || !channel.config().getOption(option)) {
            throw new IOException("Netty does not share the port: " + option + " of " + channel.getClass().getName());
        }
    }

    private void bind(ServerChannel channel, SocketAddress local) throws IOException {
        ChannelPromise binding = channel.newPromise();
        engine.bind(channel, local, binding);
        check(binding);
    }

    /** Without a family an IPv4 wildcard would be taken for the IPv6 one. */
    private static @Nullable SocketProtocolFamily family(SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress) {
            return SocketProtocolFamily.UNIX;
        }
        boolean ipv4 = address instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet4Address;
        return ipv4 ? SocketProtocolFamily.INET : null;
    }

    private static <T> T open(Supplier<T> channel) throws IOException {
        try {
            return channel.get();
        } catch (ChannelException e) {
            throw Causes.system(e);
        }
    }

    void register(Channel channel, ChannelHandler handler) throws IOException {
        channel.pipeline().addLast(handler);
        ChannelPromise registering = channel.newPromise();
        channel.unsafe().register(loop, registering);
        check(registering);
        engine.requireWatched();
    }

    private static void check(ChannelPromise promise) throws IOException {
        if (promise.cause() instanceof VirtualMachineError error) {
            throw error;
        } else if (promise.cause() != null) {
            throw Causes.system(promise.cause());
        }
    }

    private IOException abandoned(Channel channel, Exception cause) {
        abandon(channel);
        return Causes.system(cause);
    }

    /** Closes a channel that core never knew. */
    void abandon(Channel channel) {
        if (channel.isRegistered()) {
            release(NOBODY, channel);
        } else {
            channel.unsafe().closeForcibly();
        }
    }

    /** Closes the channel and tells its handle when that is true of the descriptor too. */
    void release(NettyHandle handle, Channel channel) {
        closed.makeRoom(releasing + 1); // first: Netty would lose what its listeners throw
        if (isOrphan()) {
            releasing++;
            closeOrphan(channel);
            closed.add(handle);
            return;
        }
        ChannelPromise closing = channel.newPromise().addListener(done -> closed.add(handle));
        releasing++;
        channel.unsafe().close(closing);
    }

    /** Likewise; the handle says when, by {@link #isReleased}. */
    void release(NettyDatagramPort port, DatagramHandle handle) {
        closed.makeRoom(releasing + 1);
        releasing++;
        if (isOrphan()) {
            handle.closeDescriptor();
            closed.add(port);
        } else {
            handle.release();
            begun();
        }
    }

    void isReleased(NettyHandle handle) {
        closed.add(handle);
    }

    private void closeOrphan(Channel channel) {
        try {
            engine.closeOrphan(channel);
        } catch (IOException e) {
            // There is nothing left to do: the system has let go of it all the same.
        }
    }

    void reportLater(Report report) {
        reports.add(report);
    }

    HalfOpen<NettyConnection> halfOpen() {
        return halfOpen;
    }

    Engine engine() {
        return engine;
    }

    ReadBuffers readBuffers() {
        return readBuffers;
    }

    LentBuffers lentBuffers() {
        return lentBuffers;
    }

    SpareOutputs spareOutputs() {
        return spareOutputs;
    }

    ForgottenDescriptors forgotten() {
        return forgotten;
    }

    @Override
    public void close() {
        if (over) {
            return;
        }
        over = true;
        if (isOrphan()) {
            handler.destroy();
        } else {
            loop.shutdownGracefully(0, 0, NANOSECONDS);
            while (!loop.isTerminated()) {
                loop.runNow();
            }
        }
        readBuffers.close();
        lentBuffers.clear();
        spareOutputs.clear();
        if (!isOrphan()) {
            OwnersLocals.loopIsClosed();
        }
        forgotten.close(); // last: it may be without memory
    }
}
