package dev.anyloop.tck.run;

import dev.anyloop.EventLoop;
import dev.anyloop.tck.Limits;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Ends a test that takes too long, and says what it was doing. */
public final class Watchdog {

    private static final ScheduledExecutorService TIMER = Executors.newScheduledThreadPool(1, task -> {
        Thread thread = new Thread(task, "tck-watchdog");
        thread.setDaemon(true);
        return thread;
    });

    private final Thread owner = Thread.currentThread();
    private final Future<?> alarm;
    private final Future<?> lastResort;
    private int strikes;
    private boolean closed;

    /** Stops a loop that belongs to this thread. */
    public Watchdog(EventLoop loop, Limits limits, Consumer<Throwable> onExpiry) {
        this("the loop", limits.mustHappen(), () -> describe(loop), onExpiry, () -> end(loop));
    }

    /** Ends a test of this thread. */
    public Watchdog(Duration limit, Consumer<Throwable> onExpiry) {
        this("the test", limit, () -> "", onExpiry, () -> { });
    }

    /**
     * If the first blow does not help, others follow: a test may run its loop again and again, which needs as many stops or a
     * close, and the thread is interrupted, in case something blocks it.
     */
    private Watchdog(
            String what, Duration limit, Supplier<String> state, Consumer<Throwable> onExpiry, Runnable again) {
        long nanos = limit.toNanos();
        String message = what + " is still running after " + limit;
        alarm = TIMER.schedule(
                () -> onExpiry.accept(new Stuck(message, owner, state.get())), nanos, TimeUnit.NANOSECONDS);
        lastResort = TIMER.scheduleAtFixedRate(() -> strike(again), 2 * nanos, nanos / 100, TimeUnit.NANOSECONDS);
    }

    private synchronized void strike(Runnable again) {
        if (!closed) {
            again.run();
            if (++strikes % 100 == 0) {
                owner.interrupt();
            }
        }
    }

    /** A loop that does not hear a stop from here may hear a task. */
    private static void end(EventLoop loop) {
        loop.stop();
        try {
            loop.execute(loop::close);
        } catch (RejectedExecutionException e) {
            // It is closed already, so it is the test that does not end.
        }
    }

    private static String describe(EventLoop loop) {
        try {
            return loop.describe();
        } catch (RuntimeException e) {
            return "describe() threw " + e;
        }
    }

    /** No interrupt of ours is left behind: it would close the channel that the test runner reports through. */
    public synchronized void close() {
        closed = true;
        alarm.cancel(false);
        lastResort.cancel(false);
        if (strikes >= 100) {
            Thread.interrupted();
        }
    }
}
