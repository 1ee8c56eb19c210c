package dev.anyloop;

import dev.anyloop.spi.EventLoopProvider;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One loop of {@link EventLoops} and its thread. Safe from any thread. */
final class LoopThread {

    private final EventLoopProvider provider;
    private final LoopOptions options;
    private final LoopCallback init;
    private final Consumer<Throwable> failed;
    private final Thread thread;
    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile @Nullable EventLoop loop; // once it is open

    LoopThread(EventLoopProvider provider, LoopOptions options, LoopCallback init, Consumer<Throwable> failed) {
        this.provider = provider;
        this.options = options;
        this.init = init;
        this.failed = failed;
        this.thread = new Thread(this::live, options.name());
        thread.setDaemon(false); // whoever starts it
    }

    /** Returns when init is over, or the loop. */
    void start() {
        thread.start();
        uninterrupted(begun::await);
    }

    private void live() {
        try (EventLoop opened = provider.open(options)) {
            loop = opened;
            opened.run(running -> {
                running.execute(begun::countDown); // in the next turn, which there is not if init throws
                init.run(running);
            });
        } catch (Throwable e) {
            failed.accept(e);
        } finally {
            begun.countDown();
        }
    }

    EventLoop loop() {
        return Objects.requireNonNull(loop); // start returns when all are open
    }

    boolean isCurrent() {
        return thread == Thread.currentThread();
    }

    /** Its thread then closes it. */
    void stop() {
        EventLoop opened = loop;
        if (opened != null) {
            opened.stop();
        }
    }

    /** Until the thread has ended. */
    void join() throws InterruptedException {
        thread.join();
    }

    /** As {@link #join}; an interrupt meanwhile is kept for later. */
    void joinUninterrupted() {
        uninterrupted(thread::join);
    }

    private static void uninterrupted(Wait wait) {
        boolean interrupted = false;
        while (true) {
            try {
                wait.run();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @FunctionalInterface
    private interface Wait {
        void run() throws InterruptedException;
    }
}
