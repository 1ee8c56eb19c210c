package dev.anyloop.adapters;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What waits for several tasks. The JDK's waits for futures of its own, which nobody would cancel when the loop is closed; here they are
 * the scheduler's.
 *
 * @param <T> what they return
 */
final class SeveralTasks<T> {

    /** As good as none: 292 years. */
    static final long FOR_EVER = Long.MAX_VALUE;

    private final LoopScheduler scheduler;
    private final List<ScheduledTask<T>> tasks = new ArrayList<>();
    private final BlockingQueue<ScheduledTask<T>> done = new LinkedBlockingQueue<>();

    SeveralTasks(LoopScheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** All of them, complete: those cancelled that were not in time. */
    List<Future<T>> all(Collection<? extends Callable<T>> callables, long nanos) throws InterruptedException {
        long start = System.nanoTime();
        try {
            begin(callables);
            for (int left = tasks.size(); left > 0 && poll(nanos, start) != null; left--) { }
            return new ArrayList<>(tasks);
        } finally {
            cancelRest();
        }
    }

    /** What the first returns that does. */
    T any(Collection<? extends Callable<T>> callables, long nanos) throws InterruptedException, ExecutionException, TimeoutException {
        if (callables.isEmpty()) {
            throw new IllegalArgumentException("none of no tasks returns anything");
        }
        long start = System.nanoTime();
        try {
            begin(callables);
            for (int left = tasks.size();; left--) {
                ScheduledTask<T> next = poll(nanos, start);
                if (next == null) {
                    throw new TimeoutException();
                }
                try {
                    return next.get();
                } catch (ExecutionException e) {
                    throwIfLast(left, e);
                } catch (CancellationException e) {
                    throwIfLast(left, new ExecutionException(e));
                }
            }
        } finally {
            cancelRest();
        }
    }

    private static void throwIfLast(int left, ExecutionException failure) throws ExecutionException {
        if (left == 1) {
            throw failure;
        }
    }

    private void begin(Collection<? extends Callable<T>> callables) {
        for (Callable<T> callable : callables) {
            tasks.add(scheduler.start(callable, done::add));
        }
    }

    private @Nullable ScheduledTask<T> poll(long nanos, long start) throws InterruptedException {
        return nanos == FOR_EVER ? done.take() : done.poll(nanos - (System.nanoTime() - start), TimeUnit.NANOSECONDS);
    }

    private void cancelRest() {
        tasks.forEach(task -> task.cancel(true)); // does nothing to those that are complete
    }
}
