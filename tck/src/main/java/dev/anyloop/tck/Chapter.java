package dev.anyloop.tck;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopCallback;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.spi.EventLoopProvider;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * A chapter of rules: what its tests use to open loops and to record what happens in them. See the package's
 * description for a tour.
 */
abstract class Chapter extends RuleTest {

    /** What reacts to a connection that a server under test accepted. */
    @FunctionalInterface
    interface OnAccept {
        void accepted(RecordedSocket socket) throws Exception;
    }

    /** With {@link #smallPeerServer}: of {@link #BIG} bytes to a peer that does not read most stay pending. */
    static final SocketOptions SMALL = SocketOptions.defaults().withBufferSizes(0, 16 * 1024);

    static final int BIG = 4 * 1024 * 1024;

    private final Map<EventLoop, LoopSession> sessions = new ConcurrentHashMap<>();
    private @Nullable EventLoopTck kit;

    @Override
    final void enter(ExtensionContext context) {
        kit = context.getRequiredTestInstances().findInstance(EventLoopTck.class).orElseThrow();
        super.enter(context);
        WarmUp.once(kit, this);
    }

    final EventLoopTck kit() {
        return Objects.requireNonNull(kit, "only for tests with @Rule");
    }

    final EventLoopProvider provider() {
        return kit().provider();
    }

    /** The class of the provider; skips a test that needs another process if that cannot make it. */
    final Class<?> providerForAnotherProcess() {
        Class<?> provider = provider().getClass();
        if (Arrays.stream(provider.getConstructors()).noneMatch(c -> c.getParameterCount() == 0)) {
            throw new TestAbortedException(provider + " cannot be made in another process");
        }
        return provider;
    }

    @Override
    final Limits limits() {
        return kit().limits();
    }

    @Override
    final void peerFailed(Throwable failure) {
        sessions.values().forEach(session -> session.fail(failure));
    }

    // Loops

    /** Opens a loop, runs it until nothing is left in it, and closes it; {@code init} runs first, in the loop. */
    final void withLoop(LoopCallback init) {
        withLoop(LoopOptions.defaults(), init);
    }

    final void withLoop(LoopOptions options, LoopCallback init) {
        int[] inits = new int[1];
        session(options).open((session, loop) -> loop.run(running -> {
            inits[0]++;
            session.callback("init", () -> init.run(running));
        }));
        if (inits[0] != 1) {
            throw new AssertionError("init ran " + inits[0] + " times (LOOP-002)");
        }
    }

    /** Opens a loop and closes it after {@code body}, which is not inside the loop and may run it any number of times. */
    final void withOpenLoop(LoopCallback body) {
        withOpenLoop(LoopOptions.defaults(), body);
    }

    final void withOpenLoop(LoopOptions options, LoopCallback body) {
        session(options).open((session, loop) -> body.run(loop));
    }

    private LoopSession session(LoopOptions options) {
        return new LoopSession(provider(), options, limits(), sessions, peers());
    }

    /** The positive control of a test that shows an absence: a loop that does nothing at all has none of it either. */
    static void assertWorks(EventLoop loop) {
        boolean[] ran = new boolean[1];
        loop.execute(() -> ran[0] = true);
        loop.run();
        if (!ran[0]) {
            throw new AssertionError("the loop does not even run a task");
        }
    }

    /** Runs an action in the loop as soon as a condition holds; looks every millisecond. */
    final void when(EventLoop loop, BooleanSupplier condition, LoopCallback action) {
        loop.interval(Duration.ofMillis(1), timer -> {
            if (condition.getAsBoolean()) {
                timer.cancel();
                action.run(loop);
            }
        });
    }

    /** Runs an action in the loop after the time that has to pass before "it did not happen" may be said. */
    final void afterQuiet(EventLoop loop, LoopCallback action) {
        loop.timer(limits().mustNotHappen(), timer -> action.run(loop));
    }

    /** Keeps the thread busy for a time, as a slow callback does its loop's. */
    static void block(Duration time) {
        long start = System.nanoTime();
        for (long left = time.toNanos(); left > 0; left = time.toNanos() - (System.nanoTime() - start)) {
            LockSupport.parkNanos(left);
        }
    }

    /** A loop that spins turns thousands of times where another waits. */
    static void assertNoSpin(EventLoop loop, long turnsBefore) {
        long turns = loop.stats().turns() - turnsBefore;
        if (turns > 100) {
            throw new AssertionError("the loop spins: " + turns + " turns");
        }
    }

    // Sockets under test

    /** Installs all callbacks of a socket: they check the grammar and remember what came. */
    final RecordedSocket record(Socket connecting) {
        return session(connecting.loop()).record(connecting, false);
    }

    final RecordedSocket connect(EventLoop loop, int port) {
        return connect(loop, port, SocketOptions.defaults());
    }

    final RecordedSocket connect(EventLoop loop, int port, SocketOptions options) {
        return record(loop.connect(LOCALHOST, port, ConnectOptions.defaults().withSocket(options)));
    }

    /** A server on a free port of 127.0.0.1; what it accepts is recorded before {@code onAccept} sees it. */
    final Server listen(EventLoop loop, OnAccept onAccept) {
        return loop.listen(LOCALHOST, 0, (server, socket) -> accepted(socket, onAccept));
    }

    /** For accept callbacks of servers that {@link #listen} does not make. */
    final void accepted(Socket socket, OnAccept onAccept) throws Exception {
        LoopSession session = session(socket.loop());
        session.callback("accept", () -> onAccept.accepted(session.record(socket, true)));
    }

    final LoopSession session(EventLoop loop) {
        return Objects.requireNonNull(sessions.get(loop), "a loop that was not opened by withLoop or withOpenLoop");
    }

    static int port(Server server) {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }
}
