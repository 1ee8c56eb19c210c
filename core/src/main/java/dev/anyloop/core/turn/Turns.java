package dev.anyloop.core.turn;

import dev.anyloop.core.description.Activity;
import dev.anyloop.core.description.Activity.Inside;
import dev.anyloop.core.description.Activity.Stuck;
import dev.anyloop.core.flight.TaskWait;
import dev.anyloop.core.time.Deadline;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The turning of a loop: in which order things happen, and when it waits.
 *
 * <pre>
 *   tasks → flush → poll → timers → deferred → flush      one turn
 *   queued  written  I/O    due      completions, drains,
 *   when it bytes    events          errors, closes
 *   began
 * </pre>
 *
 * <p>Nothing runs between the last flush and a poll that waits. Once the loop is halted, by {@link #stop}, by an uncaught
 * exception or by close, no callback starts any more; what I/O brings until the turn is over is kept for the next run, which
 * begins with the callbacks that were left.
 *
 * <p>Longer than other classes, because run, turn, stop and close are one order of things and share what it is about.
 */
final class Turns {

    /** Transports need not care about waits that overflow their units: a timer further off costs a turn an hour. */
    private static final long LONGEST_WAIT_NANOS = TimeUnit.HOURS.toNanos(1);

    private static final long STUCK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final String CALLS = Calls.class.getName();
    private static final long WAIT_FOR_RELEASE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int MOST_WAITS_FOR_RELEASE = 100;

    /** A completion that always writes again, to a socket that is closed, would put the end off for ever. */
    private static final int MOST_TURNS_AFTER_GRACE = 100;

    // set once
    private final Loop loop;
    private final Calls calls;
    // any thread
    private final TaskQueue tasks = new TaskQueue();
    private final Waker waker;
    // any thread sets it, the loop thread clears it
    private volatile boolean stopRequested;
    // loop thread; describe() reads it on any, where an old value does no harm
    private boolean running;
    // loop thread
    private final Deferred deferred = new Deferred();
    private final Flushes flushes = new Flushes();
    private final PollWatches watches = new PollWatches();
    private boolean timersOwed;
    private boolean closing;
    private boolean abandoned;
    private boolean over;
    private boolean interrupted;
    private int turnsAfterGrace; // and after the last release

    Turns(Loop loop, Calls calls) {
        this.loop = loop;
        this.calls = calls;
        this.waker = new Waker(loop);
    }

    // ---- run ----

    void run() {
        running = true;
        boolean once = stopRequested; // a stop before run() is kept for it (LOOP-008)
        if (once) { // else one that comes just now would be lost
            stopRequested = false;
        }
        try {
            if (once || loop.isGraceOver()) { // neither costs what was submitted before
                turn(false);
            }
            while (!once && !isHalted() && isAlive()) {
                turn(true);
            }
        } catch (Throwable thrown) { // by the engine, or for want of memory
            calls.keep(thrown);
        } finally {
            calls.becomeIdle();
            running = false;
            stopRequested = false;
        }
    }

    /** Negative if {@link #run} would return now. */
    long turn() {
        running = true;
        try {
            turn(false);
            return isHalted() || !isAlive() ? -1 : nextWaitNanos();
        } catch (Throwable thrown) {
            calls.keep(thrown);
            return -1;
        } finally {
            calls.becomeIdle();
            running = false;
            stopRequested = false;
        }
    }

    private long nextWaitNanos() {
        long nanos = waitNanos();
        return nanos < 0 ? Long.MAX_VALUE : nanos;
    }

    private void turn(boolean mayWait) throws IOException {
        loop.handles.seeThrough();
        runTasks();
        finishTurn();
        flushes.flush();
        if (!isHalted()) {
            watches.pollBegins();
            watches.polled(poll(mayWait ? waitNanos() : 0));
            timersOwed = true;
            finishTurn();
            flushes.flush();
        }
        loop.counters.turns.add(1);
        turnsAfterGrace = loop.isGraceOver() && !loop.hasLiveHandles() ? turnsAfterGrace + 1 : 0;
    }

    private boolean isAlive() {
        return loop.hasLiveHandles()
                || (!deferred.isEmpty() && turnsAfterGrace < MOST_TURNS_AFTER_GRACE)
                || (!tasks.isEmpty() && !loop.isGraceOver());
    }

    private long waitNanos() {
        if (!isAlive() || !tasks.isEmpty() || !deferred.isEmpty() || !watches.isEmpty() || loop.handles.hasUnfinished()) {
            return 0;
        }
        if (loop.deadlines.isEmpty()) {
            return -1;
        }
        long left = loop.deadlines.firstNanos() - loop.clock.now();
        return Math.max(0, Math.min(left, LONGEST_WAIT_NANOS));
    }

    private boolean poll(long waitNanos) throws IOException {
        takeInterrupt();
        calls.becomeIdle();
        try {
            if (waitNanos == 0) {
                return loop.transport.poll(0);
            }
            waker.waitBegins(); // and only then looks at what others have done
            boolean mayWait = isAlive() && tasks.isEmpty() && !stopRequested;
            return loop.transport.poll(mayWait ? waitNanos : 0);
        } finally {
            waker.waitEnds();
        }
    }

    /** An engine that sees the flag would spin, or clear it; it is set again at the end (LOOP-012). */
    private void takeInterrupt() {
        interrupted |= Thread.interrupted();
    }

    // ---- phases ----

    private void runTasks() {
        tasks.beginBatch();
        Runnable task;
        while (!isHalted() && (task = tasks.next()) != null) {
            calls.callTask(task);
        }
    }

    /** What a halt leaves of it the next turn begins with: who stops the loop each time would starve the rest (LOOP-007). */
    private void finishTurn() {
        if (timersOwed && !isHalted()) {
            timersOwed = false;
            fireTimers();
            deferred.beginBatch();
        }
        Runnable callback;
        while (!isHalted() && (callback = deferred.next()) != null) {
            run(callback);
        }
    }

    /** If there is no memory or stack for it, it stays the next one. */
    private void run(Runnable callback) {
        boolean again = false;
        try {
            callback.run();
        } catch (VirtualMachineError e) {
            again = true;
            throw e;
        } finally {
            if (!again) {
                deferred.done();
            }
        }
    }

    private void fireTimers() {
        if (loop.deadlines.isEmpty()) {
            return;
        }
        long now = loop.clock.now();
        long before = loop.deadlines.nextSequence();
        Deadline due;
        while (!isHalted() && (due = loop.deadlines.takeDue(now, before)) != null) {
            fire(due);
        }
    }

    /** If there is no memory or stack for it, it is due again. */
    private void fire(Deadline due) {
        try {
            due.due();
        } catch (VirtualMachineError e) {
            if (!due.isQueued()) {
                loop.deadlines.putBack(due);
            }
            throw e;
        }
    }

    // ---- what the phases work on ----

    /** Any thread. */
    void submit(Runnable task) {
        waker.wake();
        tasks.add(TaskWait.watched(task));
        waker.wake();
    }

    /** Any thread. */
    void wake() {
        waker.wake();
    }

    void defer(Runnable callback) {
        if (!over) { // else nobody would ever run it, or let go of it
            deferred.add(callback);
        }
    }

    void watch(PollWatch watch) {
        watches.add(watch);
    }

    void told(Handle handle) {
        watches.told(handle);
    }

    void flushLater(Unflushed written) {
        flushes.add(written);
    }

    // ---- halting ----

    /** Any thread. */
    void stop() {
        waker.wake();
        stopRequested = true;
        waker.wake();
    }

    /** No callback starts any more, not even one of closing. */
    void abandon() {
        abandoned = true;
    }

    boolean isRunning() {
        return running;
    }

    /** Whether no callback may start: the loop is about to return from {@code run()}, or not running. */
    boolean isHalted() {
        return abandoned || !closing && (stopRequested || calls.haveThrown() || loop.isClosed());
    }

    /** Nothing runs any more: the caller gets its interrupt flag back, and what was thrown meanwhile. */
    void returnToCaller() {
        if (interrupted) {
            interrupted = false;
            Thread.currentThread().interrupt();
        }
        calls.rethrow();
    }

    // ---- close ----

    /**
     * The last turns: a last write for what is queued, then the close callback of every handle (LOOP-009). Nobody can ask for them
     * again, so what has to be takes no memory, or is done once more.
     */
    void closeEverything() {
        running = true;
        try {
            sendLast();
        } catch (Throwable thrown) {
            calls.keep(thrown);
        }
        closing = true; // not sooner: what that poll brings is for nobody
        tasks.clear();
        closeHandles();
        loop.deadlines.clear();
        for (int waits = 0; waits < MOST_WAITS_FOR_RELEASE && !isReleased(); waits++) {
            seeThrough();
            pollToClose(deferred.isEmpty() ? WAIT_FOR_RELEASE_NANOS : 0);
            tellClosed();
        }
        over = true;
        deferred.clear();
        try {
            loop.transport.close();
        } catch (Throwable thrown) {
            calls.keep(thrown);
        }
        loop.buffers.clear();
        running = false;
    }

    private void sendLast() {
        attempt(() -> Debug.reportOpen(loop.handles));
        attempt(flushes::flush);
        loop.handles.each(handle -> attempt(handle::takeLeave));
        pollToClose(0); // an engine that sends later takes up the last write
    }

    private void closeHandles() {
        for (int i = 0; i < loop.handles.size(); i++) {
            try {
                loop.handles.at(i).closeNow();
            } catch (Throwable thrown) {
                calls.keep(thrown);
            }
        }
    }

    private void pollToClose(long nanos) {
        takeInterrupt();
        try {
            loop.transport.poll(nanos);
        } catch (Throwable thrown) {
            calls.keep(thrown);
        }
    }

    private void seeThrough() {
        try {
            loop.handles.seeThrough();
        } catch (Throwable thrown) {
            calls.keep(thrown);
        }
    }

    private void tellClosed() {
        try {
            deferred.beginBatch();
            finishTurn();
        } catch (Throwable thrown) {
            calls.keep(thrown);
        }
    }

    /** An engine that is broken does not spare the user the close callbacks. */
    private void attempt(Callback step) {
        try {
            step.run();
        } catch (Throwable thrown) {
            calls.keep(thrown);
        }
    }

    private boolean isReleased() {
        return loop.handles.unreleased() == 0 && (abandoned || loop.handles.isEmpty() && deferred.isEmpty());
    }

    // ---- seen from outside ----

    /** Any thread. */
    int queuedTasks() {
        return tasks.size();
    }

    /** Any thread. */
    Activity activity() {
        Inside inside = calls.inside();
        String state = !running ? "not running" : waker.isWaiting() && inside == null ? "waiting" : "running";
        return new Activity(state, inside, inside == null ? null : stuck());
    }

    private @Nullable Stuck stuck() {
        long nanos = calls.busyNanos();
        if (nanos < STUCK_NANOS || loop.isOwner()) {
            return null;
        }
        StackTraceElement[] stack = loop.owner().getStackTrace();
        List<String> at = Arrays.stream(stack).takeWhile(frame -> !frame.getClassName().equals(CALLS))
                .map(StackTraceElement::toString).toList();
        return new Stuck(TimeUnit.NANOSECONDS.toMillis(nanos) / 1e3, at.size() == stack.length ? List.of() : at);
    }
}
