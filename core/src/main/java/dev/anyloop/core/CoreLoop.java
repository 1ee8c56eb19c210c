package dev.anyloop.core;

import dev.anyloop.AcceptCallback;
import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopCallback;
import dev.anyloop.LoopOptions;
import dev.anyloop.LoopStats;
import dev.anyloop.Operation;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.Timer;
import dev.anyloop.TimerCallback;
import dev.anyloop.UncaughtCallback;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The loop as its user sees it: checks every call, makes the handles, and hands the turning to {@link Turns}. What the
 * parts of core share lives here too: clock, deadlines, buffers, counters. It is long because the API is.
 */
final class CoreLoop implements EventLoop {

    // set once
    final String backend;
    final LoopOptions options;
    final Transport transport;
    final LoopClock clock;
    final DeadlineQueue deadlines = new DeadlineQueue();
    final BufferPool buffers = new BufferPool();
    final LoopCounters counters = new LoopCounters();
    final Handles handles = new Handles(counters.handlesAlive);
    final Lookup lookup;
    private final Calls calls = new Calls(this);
    private final Turns turns;
    // loop thread, and a thread that closes the loop of a dead one
    private volatile Thread owner = Thread.currentThread();
    // loop thread
    private @Nullable GraceDeadline grace;
    // loop thread writes, any reads
    private volatile boolean closed;

    CoreLoop(String backend, LoopOptions options, Transport transport, LongSupplier nanoClock) {
        this.backend = backend;
        this.options = options;
        this.transport = transport;
        this.clock = new LoopClock(nanoClock);
        this.lookup = new Lookup(this, options.resolver(), options.name());
        this.turns = new Turns(this, calls);
    }

    // ---- life ----

    @Override
    public void run() {
        checkRunnable();
        turns.run();
        finishRun();
    }

    @Override
    public void run(LoopCallback init) {
        Objects.requireNonNull(init, "init");
        checkRunnable();
        turns.submit(() -> call("init", this, () -> init.run(this)));
        turns.run();
        finishRun();
    }

    private void checkRunnable() {
        checkOpen("run()");
        if (turns.isRunning()) {
            throw new IllegalStateException("run() inside a callback of the same loop: it is running already");
        }
    }

    private void finishRun() {
        if (closed) {
            turns.closeEverything();
        }
        turns.returnToCaller();
    }

    @Override
    public void stop() {
        turns.stop();
    }

    @Override
    public void close() {
        if (!owner.isAlive()) {
            owner = Thread.currentThread();
        }
        checkThread();
        if (closed) {
            return;
        }
        closed = true;
        if (!turns.isRunning()) {
            turns.closeEverything();
            turns.returnToCaller();
        }
    }

    @Override
    public void shutdown(Duration grace) {
        Objects.requireNonNull(grace, "grace");
        checkThread();
        if (closed) {
            return;
        }
        if (this.grace != null) {
            deadlines.remove(this.grace);
        }
        this.grace = new GraceDeadline(this);
        deadlines.add(this.grace, clock.after(LoopClock.nanos(grace)));
        handles.each(Handle::closeGently);
    }

    /** What keeps {@code run()} from returning, tasks and deferred callbacks apart. */
    boolean hasLiveHandles() {
        if (isGraceOver()) {
            return handles.unreleased() > 0;
        }
        return counters.handlesAlive.get() > 0
                || (counters.timersAlive.get() > 0 && grace == null)
                || counters.holds.get() > 0;
    }

    /** Whether {@code shutdown} waits for nothing any more. */
    boolean isGraceOver() {
        return grace != null && grace.isOver();
    }

    boolean isClosed() {
        return closed;
    }

    // ---- tasks and timers ----

    @Override
    public void execute(Runnable task) {
        Objects.requireNonNull(task, "task");
        if (closed) {
            throw new RejectedExecutionException("loop \"" + options.name() + "\" is closed");
        }
        turns.submit(task);
    }

    /** A task of core's own; any thread. On a closed loop it is dropped. */
    void post(Runnable task) {
        if (!closed) {
            turns.submit(task);
        }
    }

    @Override
    public Hold hold() {
        checkOpen("hold()");
        counters.holds.incrementAndGet();
        AtomicBoolean released = new AtomicBoolean();
        return () -> {
            if (released.compareAndSet(false, true)) {
                counters.holds.decrementAndGet();
                post(() -> { }); // another look at what keeps the loop alive
            }
        };
    }

    @Override
    public Timer timer(Duration delay, TimerCallback callback) {
        Objects.requireNonNull(delay, "delay");
        Objects.requireNonNull(callback, "callback");
        checkOpen("timer()");
        return new CoreTimer(this, LoopClock.nanos(delay), 0, callback);
    }

    @Override
    public Timer interval(Duration period, TimerCallback callback) {
        Objects.requireNonNull(period, "period");
        Objects.requireNonNull(callback, "callback");
        checkOpen("interval()");
        if (period.isNegative() || period.isZero()) {
            throw new IllegalArgumentException("period <= 0: " + period + " (for once, use timer())");
        }
        return new CoreTimer(this, LoopClock.nanos(period), LoopClock.nanos(period), callback);
    }

    // ---- sockets and servers ----

    @Override
    public Socket connect(String host, int port, ConnectOptions options) {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(options, "options");
        checkAccepting("connect()");
        if (host.isEmpty()) {
            throw new IllegalArgumentException("host is empty (for this machine, use \"127.0.0.1\" or \"localhost\")");
        }
        checkPort(port, 1);
        return Connecting.start(this, host, port, options);
    }

    @Override
    public Socket connect(SocketAddress address, ConnectOptions options) {
        InetSocketAddress inet = inet(address);
        Objects.requireNonNull(options, "options");
        if (inet.isUnresolved()) {
            return connect(inet.getHostString(), inet.getPort(), options);
        }
        checkAccepting("connect()");
        checkPort(inet.getPort(), 1);
        return Connecting.start(this, inet, options);
    }

    @Override
    public Server listen(@Nullable String host, int port, ListenOptions options, AcceptCallback onAccept) {
        checkPort(port, 0);
        return listen(new InetSocketAddress(listenAddress(host), port), options, onAccept);
    }

    /** Names are not resolved here: it would block the loop, and a server's own address is seldom a name. */
    private static InetAddress listenAddress(@Nullable String host) {
        String text = host == null ? "0.0.0.0" : host.equalsIgnoreCase("localhost") ? "127.0.0.1" : host;
        try {
            InetAddress literal = Addresses.literal(text);
            if (literal != null) {
                return literal;
            }
        } catch (UnknownHostException e) {
            // reported below, like a name
        }
        throw new IllegalArgumentException("host is not a literal address: \"" + host
                + "\" (use an address of this machine, \"localhost\", or null for 0.0.0.0)");
    }

    @Override
    public Server listen(SocketAddress address, ListenOptions options, AcceptCallback onAccept) {
        InetSocketAddress inet = inet(address);
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(onAccept, "onAccept");
        checkAccepting("listen()");
        if (inet.isUnresolved()) {
            throw new IllegalArgumentException("address is not resolved: " + inet.getHostString()
                    + " (use an address of this machine)");
        }
        CoreServer server = new CoreServer(this, onAccept, options);
        try {
            server.open(transport.listen(inet, options, server));
        } catch (IOException cause) {
            throw Failures.exception(cause, Operation.LISTEN, Addresses.host(inet), inet.getPort());
        }
        return server;
    }

    private static InetSocketAddress inet(SocketAddress address) {
        Objects.requireNonNull(address, "address");
        if (address instanceof InetSocketAddress inet) {
            return inet;
        }
        throw new IllegalArgumentException("not an internet address: " + address + " (use an InetSocketAddress)");
    }

    private static void checkPort(int port, int least) {
        if (port < least || port > 65_535) {
            throw new IllegalArgumentException("port out of range " + least + " to 65535: " + port);
        }
    }

    // ---- checks ----

    void checkThread() {
        Thread current = Thread.currentThread();
        if (current != owner) {
            throw new IllegalStateException("loop \"" + options.name() + "\" belongs to thread " + owner.getName()
                    + ", called on thread " + current.getName() + " (use loop.execute())");
        }
    }

    private void checkOpen(String call) {
        checkThread();
        if (closed) {
            throw new IllegalStateException(call + ": loop \"" + options.name() + "\" is closed (open a new one)");
        }
    }

    private void checkAccepting(String call) {
        checkOpen(call);
        if (grace != null) {
            throw new IllegalStateException(call + ": loop \"" + options.name() + "\" is shutting down");
        }
    }

    // ---- callbacks ----

    @Override
    public EventLoop onUncaught(@Nullable UncaughtCallback callback) {
        checkThread();
        calls.onUncaught(callback);
        return this;
    }

    void call(String name, Object subject, Callback callback) {
        calls.call(name, subject, callback);
    }

    boolean isHalted() {
        return turns.isHalted();
    }

    void defer(Runnable callback) {
        turns.defer(callback);
    }

    void watch(PollWatch watch) {
        turns.watch(watch);
    }

    void flushLater(Output output) {
        turns.flushLater(output);
    }

    // ---- seen from outside ----

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == owner;
    }

    @Override
    public LoopStats stats() {
        return counters.snapshot(turns.tasks.size());
    }

    @Override
    public String describe() {
        String state = closed ? "closed" : turns.describe();
        LoopStats stats = stats();
        return "loop \"" + options.name() + "\" on " + backend + ", thread " + owner.getName() + ": " + state
                + "\nkept alive by: " + counters.handlesAlive.get() + " sockets and servers, "
                + counters.timersAlive.get() + " timers, " + stats.holds() + " holds, " + stats.queuedTasks() + " tasks"
                + "\nin all: " + stats.connectingSockets() + " connecting, " + stats.openSockets() + " open, "
                + stats.closingSockets() + " closing, " + stats.servers() + " servers, " + stats.timers() + " timers"
                + handles.describe();
    }

    @Override
    public String backend() {
        return backend;
    }

    @Override
    public String toString() {
        return "loop \"" + options.name() + "\" on " + backend;
    }
}
