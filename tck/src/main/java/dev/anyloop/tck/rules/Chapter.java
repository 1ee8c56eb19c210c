package dev.anyloop.tck.rules;

import dev.anyloop.Capability;
import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopCallback;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.elsewhere.Elsewhere;
import dev.anyloop.tck.peer.SocketPaths;
import dev.anyloop.tck.record.LoopSession;
import dev.anyloop.tck.record.RecordedSocket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * A chapter of rules: what its tests use to open loops and to record what happens in them. See the package's
 * description for a tour.
 */
public abstract class Chapter extends RuleTest {

    /** What reacts to a connection that a server under test accepted. */
    @FunctionalInterface
    protected interface OnAccept {
        void accepted(RecordedSocket socket) throws Exception;
    }

    /**
     * With {@link #smallPeerServer}: of {@link #big} bytes to a peer that does not read most stay pending. Not smaller: of Linux's
     * segments for loopback only one would be under way then, and each be acknowledged after forty milliseconds.
     */
    protected static final SocketOptions SMALL = SocketOptions.defaults().withBufferSizes(0, 64 * 1024);

    /** On Linux there is room for one more than the backlog says, and some engines have one accept under way. */
    private static final int MOST_BEYOND_A_BACKLOG = 4;

    private final Map<EventLoop, LoopSession> sessions = new ConcurrentHashMap<>();
    private @Nullable Backend backend;

    /** Called before each test. */
    public final void use(Backend underTest) {
        backend = underTest;
    }

    @Override
    protected final void enter(ExtensionContext context) {
        super.enter(context);
        WarmUp.once(backend(), this);
    }

    protected final Backend backend() {
        return Objects.requireNonNull(backend, "only for tests with @Rule in a kit");
    }

    protected final EventLoopProvider provider() {
        return backend().provider().get();
    }

    /** The class of the provider; skips a test that needs another process if that cannot make it. */
    protected final Class<?> providerForAnotherProcess() {
        Class<?> provider = provider().getClass();
        if (Arrays.stream(provider.getConstructors()).noneMatch(c -> c.getParameterCount() == 0)) {
            throw new TestAbortedException(provider + " cannot be made in another process");
        }
        return provider;
    }

    /** For tests in other surroundings; skips this one where it runs there itself. */
    protected final Elsewhere elsewhere() {
        return new Elsewhere(backend());
    }

    @Override
    protected final Limits limits() {
        return backend().limits().get();
    }

    @Override
    protected Medium medium() {
        return backend().medium();
    }

    @Override
    protected final Set<Capability> capabilities() {
        return provider().capabilities();
    }

    @Override
    protected final void peerFailed(Throwable failure) {
        sessions.values().forEach(session -> session.fail(failure));
    }

    // Loops

    /** Opens a loop, runs it until nothing is left in it, and closes it; {@code init} runs first, in the loop. */
    protected final void withLoop(LoopCallback init) {
        withLoop(LoopOptions.defaults(), init);
    }

    protected final void withLoop(LoopOptions options, LoopCallback init) {
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
    protected final void withOpenLoop(LoopCallback body) {
        withOpenLoop(LoopOptions.defaults(), body);
    }

    protected final void withOpenLoop(LoopOptions options, LoopCallback body) {
        session(options).open((session, loop) -> body.run(loop));
    }

    private LoopSession session(LoopOptions options) {
        return new LoopSession(world(), provider(), options, limits(), sessions, peers(), medium()::check);
    }

    /** The positive control of a test that shows an absence: a loop that does nothing at all has none of it either. */
    protected static void assertWorks(EventLoop loop) {
        boolean[] ran = new boolean[1];
        loop.execute(() -> ran[0] = true);
        loop.run();
        if (!ran[0]) {
            throw new AssertionError("the loop does not even run a task");
        }
    }

    /** Runs an action in the loop as soon as a condition holds; looks every millisecond. */
    protected final void when(EventLoop loop, BooleanSupplier condition, LoopCallback action) {
        loop.interval(Duration.ofMillis(1), timer -> {
            if (condition.getAsBoolean()) {
                timer.cancel();
                action.run(loop);
            }
        });
    }

    /** Runs an action in the loop after the time that has to pass before "it did not happen" may be said. */
    protected final void afterQuiet(EventLoop loop, LoopCallback action) {
        loop.timer(limits().mustNotHappen(), timer -> action.run(loop));
    }

    /** A loop that spins turns thousands of times where another waits. */
    protected static void assertNoSpin(EventLoop loop, long turnsBefore) {
        long turns = loop.stats().turns() - turnsBefore;
        if (turns > 100) {
            throw new AssertionError("the loop spins: " + turns + " turns");
        }
    }

    // Sockets under test

    /** More than what is on the way can hold; over TLS, where a byte costs ten times as much, with less to spare: two fifths. */
    protected final int bulk(int times) {
        return medium() == Medium.TCP ? much(times) : much(times) / 5 * 2;
    }

    /** Installs all callbacks of a socket: they check the grammar and remember what came. */
    protected final RecordedSocket record(Socket connecting) {
        return session(connecting.loop()).record(connecting, false);
    }

    protected final RecordedSocket connect(EventLoop loop, int port) {
        return connect(loop, port, SocketOptions.defaults());
    }

    protected final RecordedSocket connect(EventLoop loop, int port, SocketOptions options) {
        return record(loop.connect(address(port), connectOptions().withSocket(options)));
    }

    /** The defaults, as the connections of this run are to be. */
    protected final ConnectOptions connectOptions() {
        return medium().of(ConnectOptions.defaults());
    }

    /** The defaults, as the connections of this run are to be. */
    protected final ListenOptions listenOptions() {
        return medium().of(ListenOptions.defaults());
    }

    /** As an Inet6Address, which is what no method of the JDK makes of it but one (CONN-021). */
    protected static InetAddress mapped(String ipv4) {
        try {
            ByteBuffer bytes = ByteBuffer.allocate(16).position(10).putShort((short) -1).put(InetAddress.getByName(ipv4).getAddress());
            return Inet6Address.getByAddress(null, bytes.array(), 0);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** A server on a free port of 127.0.0.1, or a path; what it accepts is recorded before {@code onAccept} sees it. */
    protected final Server listen(EventLoop loop, OnAccept onAccept) {
        return loop.listen(address(0), listenOptions(), (server, socket) -> accepted(socket, onAccept));
    }

    /** Of those who connect while the loop does not turn. */
    protected final void assertLetsAboutSoManyWait(int backlog, Server paused) throws IOException {
        int most = backlog + MOST_BEYOND_A_BACKLOG;
        int letIn = peers().letIn(LOCALHOST, port(paused), most + 1);
        if (letIn < backlog || letIn > most) {
            throw new AssertionError("with a backlog of " + backlog + (letIn > most ? " at least " : " only ") + letIn + " may wait");
        }
    }

    /** For accept callbacks of servers that {@link #listen} does not make. */
    protected final void accepted(Socket socket, OnAccept onAccept) throws Exception {
        LoopSession session = session(socket.loop());
        session.callback("accept", () -> onAccept.accepted(session.record(socket, true)));
    }

    protected final LoopSession session(EventLoop loop) {
        return Objects.requireNonNull(sessions.get(loop), "a loop that was not opened by withLoop or withOpenLoop");
    }

    public static int port(Server server) {
        return server.localAddress() instanceof InetSocketAddress inet ? inet.getPort() : SocketPaths.port(server.localAddress());
    }
}
