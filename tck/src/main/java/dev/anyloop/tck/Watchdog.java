package dev.anyloop.tck;

import dev.anyloop.EventLoop;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Ends a test that takes too long, and says what it was doing. */
final class Watchdog {

    private static final ScheduledExecutorService TIMER = Executors.newScheduledThreadPool(1, task -> {
        Thread thread = new Thread(task, "tck-watchdog");
        thread.setDaemon(true);
        return thread;
    });

    private final Future<?> alarm;
    private final Future<?> lastResort;

    /** Stops a loop. */
    Watchdog(EventLoop loop, Limits limits, Consumer<Throwable> onExpiry) {
        this(limits.mustHappen(), () -> onExpiry.accept(new AssertionError(
                "the loop is still running after " + limits.mustHappen() + "\n" + describe(loop) + "\n" + threadDump())));
    }

    /** If that does not help, the thread is interrupted, in case something blocks it. */
    Watchdog(Duration limit, Runnable onExpiry) {
        long nanos = limit.toNanos();
        Thread owner = Thread.currentThread();
        alarm = TIMER.schedule(onExpiry, nanos, TimeUnit.NANOSECONDS);
        lastResort = TIMER.scheduleAtFixedRate(owner::interrupt, 3 * nanos, nanos, TimeUnit.NANOSECONDS);
    }

    private static String describe(EventLoop loop) {
        try {
            return loop.describe();
        } catch (RuntimeException e) {
            return "describe() threw " + e;
        }
    }

    static String threadDump() {
        StringBuilder dump = new StringBuilder();
        for (Map.Entry<Thread, StackTraceElement[]> thread : Thread.getAllStackTraces().entrySet()) {
            dump.append('"').append(thread.getKey().getName()).append("\" ").append(thread.getKey().getState());
            for (StackTraceElement frame : thread.getValue()) {
                dump.append("\n    at ").append(frame);
            }
            dump.append('\n');
        }
        return dump.toString();
    }

    void close() {
        alarm.cancel(false);
        lastResort.cancel(false);
    }
}
