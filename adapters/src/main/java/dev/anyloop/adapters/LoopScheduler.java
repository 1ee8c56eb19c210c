package dev.anyloop.adapters;

import dev.anyloop.EventLoop;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A loop as a {@link ScheduledExecutorService}, for libraries that want one: everything runs on the loop's thread, one at a time. All
 * methods are safe from any thread.
 *
 * <ul>
 * <li>What is due runs as tasks and timers of the loop do, so it keeps {@link EventLoop#run()} from returning until it has run, or is
 *     cancelled. What is cancelled is removed, not kept until it is due.
 * <li>At a fixed rate, what is late by a period or more runs once and goes on from then (TIMER-010), without catching up in a burst.
 * <li>What a command of {@link #execute} throws goes to {@link EventLoop#onUncaught}; all others keep it in their future.
 * <li>What interrupts a task, {@code cancel(true)} or {@link #shutdownNow}, interrupts nothing that runs on the thread after it.
 * <li>It is a view: {@link #shutdown} and {@link #shutdownNow} end this, not the loop, and several views of a loop know nothing of each
 *     other. As of {@link java.util.concurrent.ScheduledThreadPoolExecutor}, a shutdown cancels what repeats, and lets the rest run.
 * <li>To wait on the loop's own thread, which would be for ever, is refused by an {@link IllegalStateException}: in
 *     {@link #invokeAll} and {@link #invokeAny}, in {@link #awaitTermination} before it has terminated, and in {@link Future#get} before
 *     the future is complete.
 * <li>When the loop is closed this ends too: what has not run is cancelled, also a future that was given to {@link #execute}, and so whoever
 *     waits for it is told; new tasks are rejected, and it has terminated (LOOP-017).
 *     To let what is waiting run, shut this down, and wait, before the loop is closed.
 * </ul>
 */
public final class LoopScheduler extends AbstractExecutorService implements ScheduledExecutorService {

    // any thread
    private final EventLoop loop;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // under the lock
    private final Set<ScheduledTask<?>> waiting = new LinkedHashSet<>(); // what is running and will again is among them
    private @Nullable ScheduledTask<?> running;
    private @Nullable Thread runner;
    private boolean runnerIsInterrupted; // by this
    private boolean isShutdown;

    /**
     * A view of a loop. What tells it of the loop's end, some hundred bytes, stays with the loop until then, though the view is
     * forgotten: so make one and share it.
     *
     * @param loop runs what is submitted
     */
    public LoopScheduler(EventLoop loop) {
        this.loop = Objects.requireNonNull(loop, "loop");
        endWith(loop, new WeakReference<>(this));
    }

    /** A loop outlives many a view of it, and need not keep them with all that waits in them. */
    private static void endWith(EventLoop loop, WeakReference<LoopScheduler> view) {
        loop.closed().thenRun(() -> {
            LoopScheduler left = view.get();
            if (left != null) {
                left.end(task -> true);
            }
        });
    }

    // ---- submitting ----

    @Override
    public void execute(Runnable command) {
        Objects.requireNonNull(command, "command");
        start(new ScheduledTask<>(this, command));
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return schedule(Executors.callable(command), delay, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        Objects.requireNonNull(callable, "callable");
        return start(new ScheduledTask<>(this, callable, unit.toNanos(delay), Repeat.NEVER, 0));
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        return repeat(command, initialDelay, Repeat.AT_RATE, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return repeat(command, initialDelay, Repeat.AFTER_DELAY, delay, unit);
    }

    private ScheduledFuture<?> repeat(Runnable command, long initialDelay, Repeat how, long period, TimeUnit unit) {
        Objects.requireNonNull(command, "command");
        if (period <= 0) {
            throw new IllegalArgumentException("what repeats needs a positive period or delay, not " + period + " " + unit);
        }
        return start(new ScheduledTask<>(
                this, Executors.callable(command), unit.toNanos(initialDelay), how, unit.toNanos(period)));
    }

    @Override
    public Future<?> submit(Runnable task) {
        return schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public <T> Future<T> submit(Runnable task, T result) {
        return schedule(Executors.callable(task, result), 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public <T> Future<T> submit(Callable<T> task) {
        return schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    <V> ScheduledTask<V> start(Callable<V> callable, Consumer<ScheduledTask<V>> onDone) {
        return start(new ScheduledTask<>(this, Objects.requireNonNull(callable, "task"), onDone));
    }

    private <V> ScheduledTask<V> start(ScheduledTask<V> task) {
        lock.lock();
        try {
            if (isShutdown) {
                throw new RejectedExecutionException("this scheduler is shut down");
            }
            waiting.add(task);
        } finally {
            lock.unlock();
        }
        try {
            task.start();
        } catch (RejectedExecutionException | Error e) {
            forget(task);
            throw e;
        }
        return task;
    }

    // ---- for tasks ----

    EventLoop loop() {
        return loop;
    }

    boolean isWaiting(ScheduledTask<?> task) {
        lock.lock();
        try {
            return waiting.contains(task);
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is still to run; if so, it does. */
    boolean begin(ScheduledTask<?> task) {
        lock.lock();
        try {
            if (!(task.repeats() ? waiting.contains(task) : waiting.remove(task))) {
                return false;
            }
            running = task;
            runner = Thread.currentThread();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is to run again. */
    boolean end(ScheduledTask<?> task) {
        lock.lock();
        try {
            running = null;
            runner = null;
            if (runnerIsInterrupted) {
                runnerIsInterrupted = false;
                Thread.interrupted(); // which was for the task, not for what else runs on this thread
            }
            changed.signalAll();
            return waiting.contains(task);
        } finally {
            lock.unlock();
        }
    }

    void forget(ScheduledTask<?> task) {
        lock.lock();
        try {
            waiting.remove(task);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // ---- waiting, which the loop's own thread may not ----

    @Override
    public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks) throws InterruptedException {
        Blocking.check(loop, "invokeAll");
        return new SeveralTasks<T>(this).all(tasks, SeveralTasks.FOR_EVER);
    }

    @Override
    public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException {
        Blocking.check(loop, "invokeAll");
        return new SeveralTasks<T>(this).all(tasks, unit.toNanos(timeout));
    }

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> tasks) throws InterruptedException, ExecutionException {
        Blocking.check(loop, "invokeAny");
        try {
            return new SeveralTasks<T>(this).any(tasks, SeveralTasks.FOR_EVER);
        } catch (TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        Blocking.check(loop, "invokeAny");
        return new SeveralTasks<T>(this).any(tasks, unit.toNanos(timeout));
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        long nanos = unit.toNanos(timeout);
        lock.lockInterruptibly();
        try {
            while (!terminated()) {
                Blocking.check(loop, "awaitTermination");
                if (nanos <= 0) {
                    return false;
                }
                nanos = changed.awaitNanos(nanos);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    // ---- shutting down ----

    /** Takes no further tasks; what repeats is cancelled, and what is waiting still runs. */
    @Override
    public void shutdown() {
        end(ScheduledTask::repeats);
    }

    private void end(Predicate<ScheduledTask<?>> cancelled) {
        List<ScheduledTask<?>> left;
        lock.lock();
        try {
            isShutdown = true;
            left = waiting.stream().filter(cancelled).toList();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        left.forEach(task -> task.cancel(false));
    }

    /**
     * Takes no further tasks, and starts none. What is running, if anything, is interrupted.
     *
     * @return what has not begun: commands as they were given to {@link #execute}, else futures. These are not cancelled; unless that is
     *     done, or they are run, they are never complete
     */
    @Override
    public List<Runnable> shutdownNow() {
        List<ScheduledTask<?>> left;
        lock.lock();
        try {
            isShutdown = true;
            left = new ArrayList<>(waiting);
            left.remove(running);
            waiting.clear();
            if (runner != null && runner != Thread.currentThread()) {
                runner.interrupt(); // under the lock: it is still at it
                runnerIsInterrupted = true;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        left.forEach(ScheduledTask::disarm);
        return left.stream().map(ScheduledTask::asGiven).toList();
    }

    @Override
    public boolean isShutdown() {
        lock.lock();
        try {
            return isShutdown;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isTerminated() {
        lock.lock();
        try {
            return terminated();
        } finally {
            lock.unlock();
        }
    }

    private boolean terminated() {
        return isShutdown && waiting.isEmpty() && running == null;
    }
}
