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
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPromise;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoRegistration;
import io.netty.channel.ManualIoEventLoop;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One of Netty's event loops, run by the thread that owns it, and the buffers its connections read into. Netty answers by
 * promises and tasks, and here each is made into what poll tells. {@link Opening} makes its channels.
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
    private final Opening opening;

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
        this.opening = new Opening(this, engine);
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
        int handled;
        polling = true;
        try {
            handled = runAndTell(timeoutNanos);
        } finally { // core may have no memory for what it is told
            polling = false;
        }
        if (begun) {
            begun();
        }
        rethrow();
        return handled < engine.fullBatch();
    }

    private int runAndTell(long timeoutNanos) throws IOException {
        int freed = closed.size(); // by this run: what Netty calls closed the selector or the ring may still hold
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
        return handled;
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
        return opening.connect(remote, local, options, events);
    }

    @Override
    public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
        return opening.listen(local, options, events);
    }

    @Override
    public DatagramPort datagram(InetSocketAddress local, DatagramOptions options, DatagramEvents events) throws IOException {
        return opening.datagram(local, options, events);
    }

    void register(Channel channel, ChannelHandler handler) throws IOException {
        channel.pipeline().addLast(handler);
        ChannelPromise registering = channel.newPromise();
        channel.unsafe().register(loop, registering);
        Causes.check(registering);
        engine.requireWatched();
    }

    IoRegistration register(IoHandle handle) {
        return loop.register(handle).syncUninterruptibly().getNow();
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
