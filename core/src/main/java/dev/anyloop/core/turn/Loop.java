package dev.anyloop.core.turn;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopStats;
import dev.anyloop.UncaughtCallback;
import dev.anyloop.core.buffer.BufferPool;
import dev.anyloop.core.description.Activity;
import dev.anyloop.core.description.HandleDescription;
import dev.anyloop.core.description.LoopDescription;
import dev.anyloop.core.description.LoopDescription.KeptAlive;
import dev.anyloop.core.time.DeadlineQueue;
import dev.anyloop.core.time.LoopClock;
import dev.anyloop.core.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A loop as its own parts see it: thread, time, engine, handles and counters, and the ways to run the user's code or to
 * have something done later in the turn. Sockets, servers, timers and signals are built on it; it knows of them only what the
 * interfaces of this package say.
 */
public final class Loop {

    // set once
    public final EventLoop user;
    public final Transport transport;
    public final LoopClock clock;
    public final DeadlineQueue deadlines = new DeadlineQueue();
    public final BufferPool buffers;
    public final LoopCounters counters = new LoopCounters();
    public final Handles handles = new Handles(counters.handlesAlive);
    final String name;
    private final @Nullable Runnable onCall;
    private final @Nullable Runnable onSubmit;
    private final Calls calls;
    private final Turns turns;
    // loop thread, and a thread that closes the loop of a dead one
    private volatile Thread owner = Thread.currentThread();
    // guarded by this
    private boolean adopted;
    // loop thread
    private @Nullable GraceDeadline grace;
    // loop thread writes, any reads
    private volatile boolean closed;

    /**
     * Of the calling thread.
     *
     * @param onCall what is run before a method that belongs to the loop's thread, and may refuse it; or null
     * @param onSubmit the same for a task, on any thread; or null
     */
    public Loop(EventLoop user, String name, Transport transport, LongSupplier nanoClock, @Nullable Runnable onCall,
            @Nullable Runnable onSubmit) {
        this.user = user;
        this.name = name;
        this.transport = transport;
        this.clock = new LoopClock(nanoClock);
        this.buffers = new BufferPool(deadlines, clock);
        this.onCall = onCall;
        this.onSubmit = onSubmit;
        this.calls = new Calls(this);
        this.turns = new Turns(this, calls);
    }

    // ---- thread ----

    /** Any thread. */
    public boolean isOwner() {
        return Thread.currentThread() == owner;
    }

    /** Any thread. */
    Thread owner() {
        return owner;
    }

    public void checkThread() {
        Thread current = Thread.currentThread();
        if (current != owner) {
            throw new IllegalStateException("loop \"" + name + "\" belongs to thread " + owner.getName()
                    + ", called on thread " + current.getName()
                    + (owner.isAlive() ? " (use loop.execute())" : " (its own has ended, so that close() is all that is left)"));
        }
        if (onCall != null) {
            onCall.run();
        }
    }

    /**
     * The loop of a dead thread becomes the caller's, to be closed (THREAD-002).
     *
     * @return false if it is, or was, another's to close by that already; an engine must not be closed twice
     */
    public synchronized boolean adopt() {
        if (!owner.isAlive()) {
            owner = Thread.currentThread();
            adopted = true;
        }
        return !adopted || isOwner();
    }

    // ---- for the parts ----

    /** Runs user code: at once, with its throwables where LOOP-011 wants them. */
    public void call(String name, Object subject, Callback callback) {
        calls.call(name, subject, callback);
    }

    /** There is not even memory or stack to tell the user in another way: {@code run()} throws it (RES-008). */
    public void keep(VirtualMachineError error) {
        calls.keep(error);
    }

    /** Runs in the deferred phase of this turn, or of the next if that phase has begun. */
    public void defer(Runnable callback) {
        turns.defer(callback);
    }

    /** From the next poll on. */
    public void watch(PollWatch watch) {
        turns.watch(watch);
    }

    /** For each event of a handle but the last one, its release. */
    public void told(Handle handle) {
        turns.told(handle);
    }

    /** At the end of the phase, or sooner. */
    public void flushLater(Unflushed written) {
        turns.flushLater(written);
    }

    /** Any thread. A task of core's own; on a closed loop it is dropped. */
    public void post(Runnable task) {
        if (!closed) {
            submit(task);
        }
    }

    /** Whether no callback may start: the loop is about to return from {@code run()}, or not running. */
    public boolean isHalted() {
        return turns.isHalted();
    }

    // ---- life ----

    /** Any thread. */
    public void submit(Runnable task) {
        if (onSubmit != null) {
            onSubmit.run();
        }
        turns.submit(task);
    }

    /** Any thread. Makes a loop that waits have another look at what there is to do, and whether it is alive. */
    void wake() {
        turns.wake();
    }

    /** Until it has stopped, is empty or is closed. */
    public void run() {
        turns.run();
    }

    /** One turn that does not wait. Tells for how long {@code run()} would wait next, negative if it would return. */
    public long turn() {
        return turns.turn();
    }

    /** No callback starts any more, not even one of closing. */
    public void abandon() {
        turns.abandon();
    }

    public boolean isRunning() {
        return turns.isRunning();
    }

    /** Any thread. */
    public void stop() {
        turns.stop();
    }

    /** Nothing runs any more: the caller gets its interrupt flag back, and what was thrown meanwhile. */
    public void returnToCaller() {
        turns.returnToCaller();
    }

    /** Closes all handles gently, and at once what is left after the grace (LOOP-015). */
    public void shutdown(Duration patience) {
        if (grace == null) {
            grace = new GraceDeadline(this);
        }
        grace.set(patience);
        handles.each(Handle::closeGently);
    }

    public boolean isShuttingDown() {
        return grace != null;
    }

    /** Whether {@code shutdown} waits for nothing any more. */
    boolean isGraceOver() {
        return grace != null && grace.isOver();
    }

    /** What keeps {@code run()} from returning, tasks and deferred callbacks apart. */
    boolean hasLiveHandles() {
        if (isGraceOver()) {
            return handles.unreleased() > 0;
        }
        return counters.handlesAlive.get() > 0
                || (counters.timersAlive.get() + counters.signalsAlive.get() > 0 && grace == null)
                || counters.holds.get() > 0;
    }

    /** No callback starts from now on, but those of {@link #closeEverything}. */
    public void close() {
        closed = true;
    }

    /** Any thread. */
    public boolean isClosed() {
        return closed;
    }

    /** The last turns, in which every handle is released and told so (LOOP-009). */
    public void closeEverything() {
        turns.closeEverything();
    }

    public void onUncaught(@Nullable UncaughtCallback callback) {
        calls.onUncaught(callback);
    }

    // ---- seen from outside ----

    /** Tells the flight recorder, given the loop's name. That there is no memory to tell it costs nobody anything. */
    public void record(Consumer<String> event) {
        try {
            event.accept(name);
        } catch (VirtualMachineError e) {
            // It was to be watched, no more.
        }
    }

    /** Any thread. */
    public LoopStats stats() {
        return counters.snapshot(turns.queuedTasks());
    }

    /** Any thread. With so many handles at most. */
    public LoopDescription describe(String backend, int mostHandles) {
        List<HandleDescription> described = new ArrayList<>();
        int others = handles.describe(mostHandles, described::add);
        return new LoopDescription(name, backend, owner.getName(), closed ? Activity.CLOSED : turns.activity(),
                new KeptAlive(counters.handlesAlive.get(), counters.timersAlive.get(), counters.signalsAlive.get()),
                stats(), described, others);
    }
}
