package dev.anyloop.tck.rules.thread;

import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.LoopOptions;
import dev.anyloop.spi.EventLoopProvider;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Submits tasks when no memory is left, in a process of its own. */
final class WithoutMemory {

    static final String SMALL_HEAP = "-Xmx32m";

    private static final int MOST_TASKS = 1_000_000;
    private static final int REHEARSED_TASKS = 10_000;

    private final Runnable task = this::count;
    private @Nullable Object[] hog = new Object[1_000_000];
    private volatile boolean isBusy;
    private volatile boolean thereIsMemory;
    private int ran; // on the loop's thread
    private int accepted;
    private boolean refused;

    private WithoutMemory() {}

    /** With the class name of a provider. Prints what became of the tasks. */
    public static void main(String[] args) throws Exception {
        EventLoopProvider provider =
                (EventLoopProvider) Class.forName(args[0]).getConstructor().newInstance();
        CompletableFuture<EventLoop> opened = new CompletableFuture<>();
        CompletableFuture<Hold> held = new CompletableFuture<>();
        Thread owner = new Thread(() -> {
            try (EventLoop loop = provider.open(LoopOptions.defaults())) {
                loop.run(running -> {
                    held.complete(loop.hold());
                    opened.complete(loop);
                });
            }
        });
        owner.start();
        new WithoutMemory().use(opened.get(), held.get());
        owner.join();
    }

    private void use(EventLoop loop, Hold hold) throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        rehearse(loop);
        loop.execute(this::beBusy);
        while (!isBusy) {
            Thread.yield();
        }
        fill();
        submit(loop, MOST_TASKS);
        hog = null; // now there is memory again
        thereIsMemory = true;
        loop.execute(answered::countDown);
        answered.await();
        System.out.println("refused: " + refused + ", lost: " + (accepted - ran));
        hold.release();
    }

    private void count() {
        ran++;
    }

    /** Keeps the loop's thread where it takes no memory; to wait for a latch does. */
    private void beBusy() {
        isBusy = true;
        while (!thereIsMemory) {
            Thread.yield();
        }
    }

    /** What is done for the first time takes memory, even to look for who catches an error. */
    private void rehearse(EventLoop loop) {
        try {
            submit(loop, REHEARSED_TASKS);
            throw new OutOfMemoryError();
        } catch (OutOfMemoryError e) {
            // this is how it will be
        }
    }

    private void fill() {
        int length = 0;
        for (int bytes = 1 << 20; bytes >= 16; bytes /= 2) {
            try {
                while (true) {
                    hog[length] = new byte[bytes];
                    length++;
                }
            } catch (OutOfMemoryError e) {
                // it is nearly full
            }
        }
    }

    private void submit(EventLoop loop, int most) {
        try {
            while (accepted < most) {
                loop.execute(task);
                accepted++;
            }
        } catch (OutOfMemoryError e) {
            refused = true;
        }
    }
}
