package dev.anyloop.adapters;

import dev.anyloop.Timer;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One task of a scheduler: on its way to the loop, waiting for a timer of it, or running. */
final class ScheduledTask<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {

    // set once
    private final LoopScheduler scheduler;
    private final @Nullable Runnable command; // of execute
    private final long delay;
    private final Repeat repeat;
    private final long period;
    private final @Nullable Consumer<ScheduledTask<V>> onDone;
    // any thread
    private volatile long due; // by System.nanoTime()
    private volatile boolean interrupts; // who cancels it
    // loop thread
    private @Nullable Timer timer;
    private @Nullable Throwable thrown;

    ScheduledTask(LoopScheduler scheduler, Runnable command) {
        this(scheduler, Executors.callable(command, null), command, 0, Repeat.NEVER, 0, null);
    }

    ScheduledTask(LoopScheduler scheduler, Callable<V> callable, long delay, Repeat repeat, long period) {
        this(scheduler, callable, null, delay, repeat, period, null);
    }

    /** Of several: whoever waits for them is told that this one is complete, whichever way. */
    ScheduledTask(LoopScheduler scheduler, Callable<V> callable, Consumer<ScheduledTask<V>> onDone) {
        this(scheduler, callable, null, 0, Repeat.NEVER, 0, onDone);
    }

    private ScheduledTask(LoopScheduler scheduler, Callable<V> callable, @Nullable Runnable command, long delay, Repeat repeat, long period,
            @Nullable Consumer<ScheduledTask<V>> onDone) {
        super(callable);
        this.scheduler = scheduler;
        this.command = command;
        this.repeat = repeat;
        this.period = period;
        this.onDone = onDone;
        this.delay = Math.min(Math.max(0, delay), Long.MAX_VALUE >> 1); // so that no difference overflows
        due = System.nanoTime() + this.delay;
    }

    boolean repeats() {
        return repeat != Repeat.NEVER;
    }

    Runnable asGiven() {
        return command != null ? command : this;
    }

    // ---- waiting ----

    /** A delay that is over needs no timer, and so keeps the order in which it was submitted. */
    void start() {
        if (delay == 0 && !repeats()) {
            scheduler.loop().execute(this::fire);
        } else if (scheduler.loop().inLoop()) {
            arm(delay);
        } else {
            scheduler.loop().execute(() -> orFail(() -> arm(due - System.nanoTime())));
        }
    }

    /** Nobody else hears that there is no memory for a timer, and who waits for this would wait for ever. */
    private void orFail(Runnable armed) {
        try {
            armed.run();
        } catch (Error e) {
            setException(e);
        }
    }

    private void arm(long nanos) {
        if (scheduler.isWaiting(this)) {
            try {
                timer = scheduler.loop().timer(Duration.ofNanos(Math.max(0, nanos)), same -> begin());
            } catch (IllegalStateException e) {
                throw new RejectedExecutionException("the loop is closed", e);
            }
        }
    }

    private void begin() {
        if (repeat == Repeat.AT_RATE && scheduler.isWaiting(this)) {
            orFail(() -> timer = scheduler.loop().interval(Duration.ofNanos(period), same -> fire()));
        }
        fire();
    }

    /** From any thread. */
    void disarm() {
        if (scheduler.loop().inLoop()) {
            cancelTimer();
        } else {
            Closed.executeUnless(scheduler.loop(), this::cancelTimer);
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
        }
    }

    // ---- running, on the loop thread ----

    private void fire() {
        if (!scheduler.begin(this)) {
            return;
        }
        boolean again = false;
        try {
            if (repeats()) {
                due = System.nanoTime() + period;
                again = runAndReset();
            } else {
                run();
            }
        } finally {
            again &= scheduler.end(this);
            if (interrupts && isCancelled()) {
                Thread.interrupted(); // which was for this task alone; that it has come the FutureTask has waited for
            }
        }
        if (again && repeat == Repeat.AFTER_DELAY) {
            runLater();
        } else if (repeats() && !again) {
            cancel(false); // was shut down meanwhile
            cancelTimer();
        }
        if (command != null && thrown instanceof Error e) {
            throw e;
        } else if (command != null && thrown != null) {
            throw thrown instanceof RuntimeException e ? e : new CompletionException(thrown);
        }
    }

    private void runLater() {
        due = System.nanoTime() + period;
        try {
            orFail(() -> arm(period));
        } catch (RejectedExecutionException e) {
            cancel(false); // it has closed the loop itself
        }
    }

    @Override
    protected void setException(Throwable t) {
        thrown = t;
        super.setException(t);
    }

    @Override
    protected void done() {
        scheduler.forget(this);
        disarm();
        if (isCancelled() && command instanceof Future<?> future) {
            future.cancel(false); // the loop is closed, and whoever has made it waits for this one
        }
        if (onDone != null) {
            onDone.accept(this);
        }
    }

    // ---- the future ----

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (mayInterruptIfRunning) {
            interrupts = true;
        }
        return super.cancel(mayInterruptIfRunning);
    }

    @Override
    public boolean isPeriodic() {
        return repeats();
    }

    @Override
    public V get() throws InterruptedException, ExecutionException {
        checkNotForEver();
        return super.get();
    }

    @Override
    public V get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        checkNotForEver();
        return super.get(timeout, unit);
    }

    private void checkNotForEver() {
        if (!isDone()) {
            Blocking.check(scheduler.loop(), "waiting for a task");
        }
    }

    @Override
    public long getDelay(TimeUnit unit) {
        return unit.convert(due - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
        return other == this ? 0 : Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other == this;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
