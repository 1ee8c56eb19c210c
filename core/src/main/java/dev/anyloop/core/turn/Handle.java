package dev.anyloop.core.turn;

import dev.anyloop.core.description.HandleDescription;

/** A socket or a server, as the loop sees it. What the loop has to know of each is part of it, so that many are cheap. */
public abstract class Handle extends Ref {

    // loop thread; kept by Handles
    int place;
    // loop thread; kept by Handles: whether something of it has begun that failed for want of memory or stack
    boolean isUnfinished;
    // loop thread; kept by PollWatches: in which poll the engine last told it of something
    long told;

    /** In which poll the engine last told it of something, by a number; 0 if in none. */
    public final long told() {
        return told;
    }

    /** The loop winds down: close gracefully. */
    public abstract void closeGently();

    /** The loop is about to close: whoever has a last word says it, and does not wait for anything. */
    public void takeLeave() {}

    /** The loop closes, or the grace is over: release at once. */
    public abstract void closeNow();

    /** Something of it has begun and did not come to its end, for there was no memory or stack: once more, but for what is done. */
    protected abstract void seeThrough();

    /** For people; any thread, so it may read a value that is about to change. */
    public abstract HandleDescription describe();
}
