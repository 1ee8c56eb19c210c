package dev.anyloop.benchmarks.inner;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.Timer;
import dev.anyloop.benchmarks.servers.DirectMemory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A loop of Anyloop, running on a thread of its own. */
final class AnyloopTasks implements TaskLoop {

    private final EventLoop loop;

    AnyloopTasks(String backend, @Nullable String transport) {
        LoopOptions options = LoopOptions.defaults().withBackend(backend).withTransport(transport);
        CompletableFuture<EventLoop> started = new CompletableFuture<>();
        Thread thread = new Thread(() -> EventLoop.start(options, loop -> {
            loop.hold();
            started.complete(loop);
        }));
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((failed, why) -> started.completeExceptionally(why));
        thread.start();
        loop = started.join();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public void addAndCancelTimers(int count) {
        Timer[] timers = new Timer[count];
        for (int i = 0; i < count; i++) {
            timers[i] = loop.timer(Duration.ofMillis(Delays.millis(i)), timer -> { });
        }
        for (Timer timer : timers) {
            timer.cancel();
        }
    }

    /** Connected is nobody before the next poll. */
    @Override
    public long directBytesWithPending(int count) {
        Server server = loop.listen("127.0.0.1", 0, (listening, accepted) -> accepted.abort());
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        List<Socket> sockets = Stream.generate(() -> loop.connect("127.0.0.1", port)).limit(count).toList();
        sockets.forEach(socket -> socket.write("hello"));
        long bytes = DirectMemory.bytes();
        sockets.forEach(Socket::abort);
        server.close();
        return bytes;
    }
}
