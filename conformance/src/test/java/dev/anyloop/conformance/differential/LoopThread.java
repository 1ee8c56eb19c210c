package dev.anyloop.conformance.differential;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopCallback;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A thread that turns one side's loop. */
final class LoopThread {

    private final Engine engine;
    private final LoopScript script;
    private final CompletableFuture<EventLoop> running = new CompletableFuture<>();
    private @Nullable Thread thread;
    private volatile boolean abandoned;

    LoopThread(Engine engine, LoopScript script) {
        this.engine = engine;
        this.script = script;
    }

    /** Starts, and waits until the loop has run what comes first. */
    void start(LoopCallback init) {
        thread = new Thread(() -> run(init), "differential-" + engine.name());
        thread.setDaemon(true);
        thread.start();
        running.join();
    }

    private void run(LoopCallback init) {
        try (EventLoop loop = engine.open()) {
            script.opened(loop);
            loop.run(same -> {
                script.begin(init);
                running.complete(same);
            });
            while (script.again() && !abandoned) {
                loop.run();
            }
        } catch (Throwable cause) {
            script.failed(cause);
            running.completeExceptionally(cause);
        }
    }

    /** Waits for the loop to end by itself: what it left, or why it did not. */
    String end(long limitMillis) throws InterruptedException {
        thread.join(limitMillis);
        String stuck = "";
        if (thread.isAlive()) {
            stuck = " STUCK " + script.describe();
            abandoned = true;
            running.join().stop();
            thread.join(limitMillis);
        }
        return script.trace(stuck);
    }
}
