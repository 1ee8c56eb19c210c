package dev.anyloop.adapters;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.EventLoops;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/** A loop on a thread of its own, and pairs of sockets on it, for the test's thread and others. */
final class Peers implements AutoCloseable {

    static final long PATIENCE_SECONDS = 30;
    static final SocketOptions HALF_OPEN = SocketOptions.defaults().withAllowHalfOpen(true);

    private final EventLoops loops;
    private final EventLoop loop;
    private int port;
    private Consumer<Socket> onAccept = socket -> { };

    Peers(String backend) {
        loops = EventLoops.start(1, LoopOptions.defaults().withBackend(backend), this::listen);
        loop = loops.loops().get(0);
    }

    private void listen(EventLoop to) {
        Server server = to.listen("127.0.0.1", 0, ListenOptions.defaults().withSocket(HALF_OPEN), (same, socket) -> {
            socket.onError((s, error) -> { });
            onAccept.accept(socket);
        });
        port = ((InetSocketAddress) server.localAddress()).getPort();
    }

    EventLoop loop() {
        return loop;
    }

    int port() {
        return port;
    }

    @FunctionalInterface
    interface Call<T> {
        T call() throws Exception;
    }

    /** What comes of a call on the loop's thread. */
    <T> T onLoop(Call<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                result.complete(call.call());
            } catch (Exception | AssertionError e) {
                result.completeExceptionally(e);
            }
        });
        return get(result);
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Connects a socket to one that is given to its peer, and makes something of it before anything can be read. */
    <T> T connect(Consumer<Socket> peer, Function<Socket, T> use) {
        return onLoop(() -> {
            onAccept = peer;
            return use.apply(loop.connect("127.0.0.1", port, ConnectOptions.defaults().withSocket(HALF_OPEN)).onError((s, e) -> { }));
        });
    }

    @Override
    public void close() {
        loops.close();
    }
}
