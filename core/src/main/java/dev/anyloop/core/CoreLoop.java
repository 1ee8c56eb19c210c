package dev.anyloop.core;

import dev.anyloop.AcceptCallback;
import dev.anyloop.Capability;
import dev.anyloop.ConnectOptions;
import dev.anyloop.DatagramOptions;
import dev.anyloop.DatagramSocket;
import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopCallback;
import dev.anyloop.LoopOptions;
import dev.anyloop.LoopStats;
import dev.anyloop.Server;
import dev.anyloop.Signal;
import dev.anyloop.SignalCallback;
import dev.anyloop.Socket;
import dev.anyloop.Timer;
import dev.anyloop.TimerCallback;
import dev.anyloop.UncaughtCallback;
import dev.anyloop.core.connect.Lookup;
import dev.anyloop.core.connect.LookupThreads;
import dev.anyloop.core.datagram.Datagrams;
import dev.anyloop.core.net.Addresses;
import dev.anyloop.core.net.SocketFiles;
import dev.anyloop.core.net.SocketPaths;
import dev.anyloop.core.net.SystemsFiles;
import dev.anyloop.core.server.CoreServer;
import dev.anyloop.core.signal.ProcessSignals;
import dev.anyloop.core.signal.SignalSource;
import dev.anyloop.core.signal.Signals;
import dev.anyloop.core.socket.Sockets;
import dev.anyloop.core.time.LoopClock;
import dev.anyloop.core.timer.CoreTimer;
import dev.anyloop.core.tls.Tls;
import dev.anyloop.core.transport.Transport;
import dev.anyloop.core.turn.CoreHold;
import dev.anyloop.core.turn.HelperThreads;
import dev.anyloop.core.turn.Helpers;
import dev.anyloop.core.turn.Loop;
import dev.anyloop.spi.LoopRegistry;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The loop as its user sees it: checks every call, and puts the parts together. It makes sockets, servers, datagram sockets,
 * timers and signals, gives each the {@link Loop} they are built on, and nobody below knows it. It is long because the API
 * is.
 */
final class CoreLoop implements EventLoop, SteppedLoop {

    private static final int MOST_HANDLES_TO_READ = 20;
    private static final int MOST_HANDLES_TO_SEND = 1_000; // some 120 KB

    // set once
    private final String backend;
    private final LoopOptions options;
    private final Set<Capability> capabilities;
    private final Loop loop;
    private final Lookup lookup;
    private final Tls tls;
    private final Sockets sockets;
    private final Datagrams datagrams;
    private final Signals signals;
    private final CompletableFuture<Void> whenClosed = new CompletableFuture<>();
    private final CompletionStage<Void> closed = whenClosed.minimalCompletionStage();

    CoreLoop(String backend, LoopOptions options, Transport transport, LongSupplier nanoClock) {
        this(backend, options, transport, nanoClock, new LookupThreads(options.name()),
                HelperThreads.toCompute(options.name() + "-tls"), ProcessSignals.ALL, SystemsFiles.OF_THIS_MACHINE, null, null);
    }

    CoreLoop(String backend, LoopOptions options, Transport transport, Surroundings surroundings) {
        this(backend, options, transport, surroundings::nanoTime, surroundings::lookUp, surroundings::compute,
                surroundings::signal, SocketFiles.NONE, surroundings::calling, surroundings::submitting);
    }

    private CoreLoop(String backend, LoopOptions options, Transport transport, LongSupplier nanoClock, Lookup.Asker asker,
            Helpers computers, SignalSource source, SocketFiles files, @Nullable Runnable onCall, @Nullable Runnable onSubmit) {
        this.backend = backend;
        this.options = options;
        this.capabilities = transport.capabilities();
        this.loop = new Loop(this, options.name(), transport, nanoClock, onCall, onSubmit);
        this.lookup = new Lookup(loop, options.resolver(), asker);
        this.tls = new Tls(loop, computers);
        this.sockets = new Sockets(loop, files, lookup, tls);
        this.datagrams = new Datagrams(loop);
        this.signals = new Signals(loop, source);
    }

    // ---- life ----

    @Override
    public void run() {
        checkRunnable("run()");
        loop.run();
        finishRun();
    }

    @Override
    public void run(LoopCallback init) {
        Objects.requireNonNull(init, "init");
        checkRunnable("run()");
        loop.submit(() -> loop.call("init", this, () -> init.run(this)));
        loop.run();
        finishRun();
    }

    @Override
    public long turn() {
        checkRunnable("turn()");
        long wait = loop.turn();
        finishRun();
        return loop.isClosed() ? OVER : wait;
    }

    @Override
    public void abandon() {
        loop.abandon();
    }

    @Override
    public EventLoop loop() {
        return this;
    }

    private void checkRunnable(String call) {
        checkOpen(call);
        if (loop.isRunning()) {
            throw new IllegalStateException(call + " inside a callback of the same loop: it is running already");
        }
    }

    private void finishRun() {
        if (loop.isClosed()) {
            closeEverything();
        }
        loop.returnToCaller();
    }

    @Override
    public void stop() {
        loop.stop();
    }

    @Override
    public void close() {
        if (!loop.adopt()) {
            return;
        }
        loop.checkThread();
        if (loop.isClosed()) {
            return;
        }
        loop.close();
        if (!loop.isRunning()) {
            closeEverything();
            loop.returnToCaller();
        }
    }

    private void closeEverything() {
        try {
            signals.close();
        } finally { // it may want memory, and what follows must not pay for that
            closeHandles();
        }
    }

    private void closeHandles() {
        try {
            loop.closeEverything();
        } finally {
            try {
                lookup.close();
                tls.close();
                LoopRegistry.closed(this);
            } finally {
                whenClosed.complete(null); // whatever happens, somebody waits for it
            }
        }
    }

    @Override
    public CompletionStage<Void> closed() {
        return closed;
    }

    @Override
    public void shutdown(Duration grace) {
        Objects.requireNonNull(grace, "grace");
        loop.checkThread();
        if (!loop.isClosed()) {
            loop.shutdown(grace);
        }
    }

    // ---- tasks, timers and signals ----

    @Override
    public void execute(Runnable task) {
        Objects.requireNonNull(task, "task");
        if (loop.isClosed()) {
            throw new RejectedExecutionException("loop \"" + options.name() + "\" is closed");
        }
        loop.submit(task);
    }

    @Override
    public Hold hold() {
        checkOpen("hold()");
        return new CoreHold(loop);
    }

    @Override
    public Timer timer(Duration delay, TimerCallback callback) {
        Objects.requireNonNull(delay, "delay");
        Objects.requireNonNull(callback, "callback");
        checkOpen("timer()");
        return new CoreTimer(loop, LoopClock.nanos(delay), 0, callback);
    }

    @Override
    public Timer interval(Duration period, TimerCallback callback) {
        Objects.requireNonNull(period, "period");
        Objects.requireNonNull(callback, "callback");
        checkOpen("interval()");
        if (period.isNegative() || period.isZero()) {
            throw new IllegalArgumentException("period <= 0: " + period + " (for once, use timer())");
        }
        return new CoreTimer(loop, LoopClock.nanos(period), LoopClock.nanos(period), callback);
    }

    @Override
    public Signal signal(String name, SignalCallback callback) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(callback, "callback");
        checkOpen("signal()");
        return signals.listen(name, callback);
    }

    // ---- sockets, servers and datagrams ----

    @Override
    public Socket connect(String host, int port, ConnectOptions options) {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(options, "options");
        checkAccepting("connect()");
        if (host.isEmpty()) {
            throw new IllegalArgumentException("host is empty (for this machine, use \"127.0.0.1\" or \"localhost\")");
        }
        Arguments.checkPort(port, 1);
        return sockets.connect(host, port, options);
    }

    @Override
    public Socket connect(SocketAddress address, ConnectOptions options) {
        Objects.requireNonNull(options, "options");
        if (address instanceof UnixDomainSocketAddress unix) {
            return connect(unix, options);
        }
        InetSocketAddress inet = Arguments.inet(address);
        if (inet.isUnresolved()) {
            return connect(inet.getHostString(), inet.getPort(), options);
        }
        checkAccepting("connect()");
        Arguments.checkPort(inet.getPort(), 1);
        return sockets.connect(inet, options);
    }

    private Socket connect(UnixDomainSocketAddress address, ConnectOptions options) {
        checkAccepting("connect()");
        checkPath("connect()", address);
        Arguments.checkFit(address, options);
        return sockets.connect(address, options);
    }

    @Override
    public Server listen(@Nullable String host, int port, ListenOptions options, AcceptCallback onAccept) {
        InetSocketAddress address = Arguments.local(host, port);
        return listen(host == null ? Addresses.host(address) : host, address, options, onAccept);
    }

    @Override
    public Server listen(SocketAddress address, ListenOptions options, AcceptCallback onAccept) {
        if (address instanceof UnixDomainSocketAddress unix) {
            return listen(Addresses.host(unix), unix, options, onAccept);
        }
        InetSocketAddress inet = Arguments.local(address);
        return listen(Addresses.host(inet), inet, options, onAccept);
    }

    private Server listen(String host, SocketAddress address, ListenOptions options, AcceptCallback onAccept) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(onAccept, "onAccept");
        checkAccepting("listen()");
        if (address instanceof UnixDomainSocketAddress unix) {
            checkPath("listen()", unix);
        }
        Arguments.checkFit(address, options);
        if (options.reusePort()) {
            require(Capability.REUSE_PORT, "listen() with reusePort");
        }
        return CoreServer.listen(loop, sockets, host, address, options, onAccept);
    }

    @Override
    public DatagramSocket datagram(@Nullable String host, int port, DatagramOptions options) {
        InetSocketAddress address = Arguments.local(host, port);
        return datagram(host == null ? Addresses.host(address) : host, address, options);
    }

    @Override
    public DatagramSocket datagram(SocketAddress address, DatagramOptions options) {
        InetSocketAddress inet = Arguments.local(address);
        return datagram(Addresses.host(inet), inet, options);
    }

    private DatagramSocket datagram(String host, InetSocketAddress address, DatagramOptions options) {
        Objects.requireNonNull(options, "options");
        checkAccepting("datagram()");
        require(Capability.DATAGRAMS, "datagram()");
        return datagrams.bind(host, address, options);
    }

    private void checkPath(String call, UnixDomainSocketAddress address) {
        require(Capability.UNIX_SOCKETS, call + " with " + address);
        SocketPaths.check(address.getPath());
    }

    // ---- checks ----

    private void require(Capability capability, String call) {
        if (!capabilities.contains(capability)) {
            throw new UnsupportedOperationException(call + ": backend " + backend + " has no " + capability
                    + " (dev.anyloop.Doctor tells which backends have)");
        }
    }

    private void checkOpen(String call) {
        loop.checkThread();
        if (loop.isClosed()) {
            throw new IllegalStateException(call + ": loop \"" + options.name() + "\" is closed (open a new one)");
        }
    }

    private void checkAccepting(String call) {
        checkOpen(call);
        if (loop.isShuttingDown()) {
            throw new IllegalStateException(call + ": loop \"" + options.name() + "\" is shutting down");
        }
    }

    // ---- callbacks ----

    @Override
    public EventLoop onUncaught(@Nullable UncaughtCallback callback) {
        loop.checkThread();
        loop.onUncaught(callback);
        return this;
    }

    // ---- seen from outside ----

    @Override
    public boolean inLoop() {
        return loop.isOwner();
    }

    @Override
    public LoopStats stats() {
        return loop.stats();
    }

    @Override
    public String describe() {
        return loop.describe(backend, MOST_HANDLES_TO_READ).text();
    }

    @Override
    public String describeAsJson() {
        return loop.describe(backend, MOST_HANDLES_TO_SEND).json();
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
