package com.example.threads;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The threads. An operation that blocks hides from poll whether there is anything to wait for, and SEAM-008 wants to know:
 * so an input operation <em>looks</em> first, which takes a millisecond at most, and poll waits for those who look.
 */
final class Operations {

    /** What blocks, for at most so many milliseconds; 0 is for ever. Answers what poll shall do about it. */
    @FunctionalInterface
    interface Input {
        Runnable within(int millis) throws SocketTimeoutException;
    }

    private static final int LOOK_MILLIS = 1;
    private static final long OFFER_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int STACK_SIZE = 128 * 1024;

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(null, task, "threads-backend", STACK_SIZE);
        thread.setDaemon(true);
        return thread;
    });
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore looked = new Semaphore(0);
    private final Consumer<Runnable> poll;

    // loop thread
    private final List<CountDownLatch> offers = new ArrayList<>();
    private int looking;

    Operations(Consumer<Runnable> poll) {
        this.poll = poll;
    }

    /** What an output operation comes to, it tells poll itself. */
    void output(Runnable operation) {
        threads.execute(operation);
    }

    /** A write; it opens the latch when the kernel has been offered something. */
    void write(Runnable operation, CountDownLatch offered) {
        threads.execute(() -> {
            begun.release();
            operation.run();
        });
        offers.add(offered);
    }

    void input(Input operation) {
        threads.execute(() -> {
            try {
                poll.accept(operation.within(LOOK_MILLIS));
                looked.release();
            } catch (SocketTimeoutException nothingYet) {
                looked.release();
                waitFor(operation);
            }
        });
        looking++;
    }

    private void waitFor(Input operation) {
        try {
            poll.accept(operation.within(0));
        } catch (SocketTimeoutException e) {
            throw new AssertionError("a wait for ever has ended", e);
        }
    }

    /**
     * What was lent is with the kernel, and who looks has looked, before poll says that nothing is ready. A write that
     * finds no room from the first cannot be told from one that is about to find it: so once its thread has been given a
     * processor, it gets a moment and no more.
     */
    void settle() {
        begun.acquireUninterruptibly(offers.size());
        long end = System.nanoTime() + OFFER_NANOS;
        try {
            for (CountDownLatch offered : offers) {
                offered.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // core's business
        }
        offers.clear();
        looked.acquireUninterruptibly(looking);
        looking = 0;
    }

    boolean isLooking() {
        return looking > 0;
    }

    /** Not shutdownNow(): it would interrupt; those who wait end with their channels. */
    void close() {
        threads.shutdown();
    }
}
