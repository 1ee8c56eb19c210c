package dev.anyloop.core.turn;

import dev.anyloop.core.time.Deadline;
import dev.anyloop.core.time.LoopClock;

/**
 * A wait for I/O that any activity puts off. Activity costs one store: the deadline stays where it is in the
 * queue, and moves only when it is due. When it is really due, polls get the chance to bring what the kernel already
 * holds before it expires (TIMEOUT-007).
 */
public final class IoTimeout extends Deadline implements PollWatch {

    // set once
    private final Loop loop;
    private final long durationNanos;
    private final Runnable expired;

    // loop thread
    private long activeNanos;
    private long markedNanos; // how old the activity was that let it become due
    private boolean armed;

    public IoTimeout(Loop loop, long durationNanos, Runnable expired) {
        this.loop = loop;
        this.durationNanos = durationNanos;
        this.expired = expired;
    }

    /** Starts it, with its full duration. */
    public void arm() {
        disarm();
        touch();
        loop.deadlines.add(this, expiryNanos());
        armed = true;
    }

    public void disarm() {
        armed = false;
        loop.deadlines.remove(this);
    }

    public boolean isArmed() {
        return armed;
    }

    /** There was activity. */
    public void touch() {
        activeNanos = loop.clock.now();
    }

    @Override
    public void due() {
        if (expiryNanos() > loop.clock.now()) {
            postpone();
        } else {
            markedNanos = activeNanos;
            loop.watch(this);
        }
    }

    @Override
    public boolean polled(boolean complete) {
        if (!armed || isQueued()) {
            return true;
        } else if (activeNanos != markedNanos) { // however long ago that is by now: this poll, or one before it, brought it
            postpone();
            return true;
        } else if (complete) {
            expire();
        }
        return complete;
    }

    /** Without memory or stack for it, the next poll asks again. */
    private void expire() {
        armed = false;
        try {
            expired.run();
        } catch (VirtualMachineError e) {
            armed = true;
            throw e;
        }
    }

    private void postpone() {
        loop.deadlines.add(this, expiryNanos());
    }

    private long expiryNanos() {
        return LoopClock.sum(activeNanos, durationNanos);
    }
}
