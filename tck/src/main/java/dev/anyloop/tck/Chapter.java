package dev.anyloop.tck;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopCallback;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.spi.EventLoopProvider;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * A chapter of rules: what its tests use to open loops, record sockets and talk to them from outside. See the package's
 * description for a tour.
 */
abstract class Chapter {

    static final String LOCALHOST = "127.0.0.1";

    /** What reacts to a connection that a server under test accepted. */
    @FunctionalInterface
    interface OnAccept {
        void accepted(RecordedSocket socket) throws Exception;
    }

    private final Map<EventLoop, LoopSession> sessions = new ConcurrentHashMap<>();
    private EventLoopTck kit;
    private Random random;
    private Peers peers;

    /** Called before the test; the instance is its own (JUnit makes one for each test method). */
    final void enter(ExtensionContext context) {
        kit = context.getRequiredTestInstances().findInstance(EventLoopTck.class).orElseThrow();
        random = Seed.current().random(context.getRequiredTestMethod().getName());
        peers = new Peers(limits(), this::failAll);
        WarmUp.once(kit, this);
    }

    /** Called after the test, also a failed one. */
    final void leave() {
        peers.close();
    }

    final EventLoopProvider provider() {
        return kit.provider();
    }

    final Limits limits() {
        return kit.limits();
    }

    final Jitter jitter() {
        return Jitter.measured();
    }

    final Random random() {
        return random;
    }

    final byte[] randomBytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    // Loops

    /** Opens a loop, runs it until nothing is left in it, and closes it; {@code init} runs first, in the loop. */
    final void withLoop(LoopCallback init) {
        withLoop(LoopOptions.defaults(), init);
    }

    final void withLoop(LoopOptions options, LoopCallback init) {
        session(options).open((session, loop) ->
                loop.run(running -> session.callback("init", () -> init.run(running))));
    }

    /** Opens a loop and closes it after {@code body}, which is not inside the loop and may run it any number of times. */
    final void withOpenLoop(LoopCallback body) {
        withOpenLoop(LoopOptions.defaults(), body);
    }

    final void withOpenLoop(LoopOptions options, LoopCallback body) {
        session(options).open((session, loop) -> body.run(loop));
    }

    private LoopSession session(LoopOptions options) {
        return new LoopSession(provider(), options, limits(), sessions, peers);
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

    private void failAll(Throwable failure) {
        sessions.values().forEach(session -> session.fail(failure));
    }

    // Sockets under test

    /** Installs all callbacks of a socket: they check the grammar and remember what came. */
    final RecordedSocket record(Socket connecting) {
        return sessions.get(connecting.loop()).record(connecting, false);
    }

    final RecordedSocket connect(EventLoop loop, int port) {
        return record(loop.connect(LOCALHOST, port));
    }

    /** A server on a free port of 127.0.0.1; what it accepts is recorded before {@code onAccept} sees it. */
    final Server listen(EventLoop loop, OnAccept onAccept) {
        return loop.listen(LOCALHOST, 0, (server, socket) -> {
            LoopSession session = sessions.get(loop);
            session.callback("accept", () -> onAccept.accepted(session.record(socket, true)));
        });
    }

    static int port(Server server) {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    // The other end, on threads of its own

    /** A raw server on 127.0.0.1 that runs the script once for each connection. */
    final int peerServer(PeerScript script) {
        return peers.listen(LOCALHOST, 0, script);
    }

    /** A raw server with a small receive buffer, so that it stalls its sender soon when it does not read. */
    final int smallPeerServer(PeerScript script) {
        return peers.listen(LOCALHOST, 4096, script);
    }

    /** A raw client that connects to 127.0.0.1 and runs the script. */
    final void peer(int port, PeerScript script) {
        peers.connect(LOCALHOST, port, script);
    }

    /** Any work on another thread; what it throws fails the test, and the loop waits for it when it closes. */
    final void helper(PeerScript.Work work) {
        peers.start("helper", work);
    }

    /** Skips a test that needs ::1 where there is none. */
    static void assumeIpv6() {
        if (!Peers.hasIpv6()) {
            throw new TestAbortedException("no ::1 on this machine");
        }
    }

    /** A port of 127.0.0.1 that refuses connections until the end of the test. */
    final int refusingPort() {
        return peers.refusingPort();
    }

    /** A port of 127.0.0.1 that lets connections hang until the end of the test: its backlog is full. */
    final int silentPort() {
        return peers.silentPort();
    }
}
