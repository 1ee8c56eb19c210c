package dev.anyloop.tck.record;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Socket;
import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.World;
import dev.anyloop.tck.peer.Peers;
import dev.anyloop.tck.run.Failure;
import dev.anyloop.tck.run.Watchdog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One loop of a test, from open to close on one thread: the first thing that goes wrong in it ends it. */
public final class LoopSession {

    @FunctionalInterface
    public interface Body {
        void run(LoopSession session, EventLoop loop) throws Exception;
    }

    /** What a callback does; it may throw anything. */
    @FunctionalInterface
    public interface Callback {
        void run() throws Exception;
    }

    private final World world;
    private final EventLoop loop;
    private final Limits limits;
    private final Map<EventLoop, LoopSession> open;
    private final Peers peers;
    private final Consumer<Socket> checkConnected;
    private final Thread owner = Thread.currentThread();
    private final List<RecordedSocket> recorded = new ArrayList<>();
    private final Failure failure = new Failure();

    /** The callback in progress; none may start inside it (ORDER-002). */
    private @Nullable String running;

    public LoopSession(
            World world,
            EventLoopProvider provider,
            LoopOptions options,
            Limits limits,
            Map<EventLoop, LoopSession> open,
            Peers peers,
            Consumer<Socket> checkConnected) {
        this.world = world;
        this.loop = provider.open(options);
        this.limits = limits;
        this.open = open;
        this.peers = peers;
        this.checkConnected = checkConnected;
    }

    public void open(Body body) {
        open.put(loop, this);
        loop.onUncaught((failed, thrown) -> fail(thrown));
        Watchdog watchdog = new Watchdog(world, loop, limits, this::fail);
        failure.catching(() -> body.run(this, loop));
        failure.catching(loop::close);
        watchdog.close();
        open.remove(loop);
        recorded.forEach(socket -> failure.catching(socket::assertClosed));
        peers.finish(failure);
        failure.rethrow();
    }

    /** Fails the test and ends the run. Safe from any thread. */
    public void fail(Throwable thrown) {
        failure.add(thrown);
        loop.stop();
    }

    public RecordedSocket record(Socket socket, boolean accepted) {
        RecordedSocket recording = new RecordedSocket(this, socket, accepted);
        recorded.add(recording);
        return recording;
    }

    /** What has to be true of a socket that is connected. */
    void checkConnected(Socket socket) {
        failure.catching(() -> checkConnected.accept(socket));
    }

    /** Runs a callback; it has to be on the loop thread and the only one (THREAD-001, ORDER-001, ORDER-002). */
    public void callback(String name, Callback body) throws Exception {
        if (Thread.currentThread() != owner) {
            fail(new AssertionError(name + " callback on thread " + Thread.currentThread().getName()
                    + ", the loop's is " + owner.getName()));
            return;
        }
        if (running != null) {
            fail(new AssertionError(name + " callback inside the " + running + " callback, or inside a call made by it"));
        }
        String outer = running;
        running = name;
        try {
            body.run();
        } finally {
            running = outer;
        }
    }
}
