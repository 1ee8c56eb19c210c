package dev.anyloop.core;

import dev.anyloop.EventLoop;

/**
 * A loop that somebody else turns, one turn at a time and without waiting: a simulation, or a thread that has a loop of
 * its own. {@link Loops#stepped} opens one.
 */
public interface SteppedLoop {

    /** What {@link #turn} returns when {@code run()} would have returned: nothing is live, or the loop was stopped or closed. */
    long OVER = -1;

    /**
     * The loop; its {@code run()} works too.
     *
     * @return always the same
     */
    EventLoop loop();

    /**
     * One turn, as {@code run()} would make, with a poll that does not wait. It throws what {@code run()} would throw.
     *
     * @return for how many nanoseconds {@code run()} would wait now, if nothing happened; {@link Long#MAX_VALUE} for
     *     without limit, or {@link #OVER}
     * @throws IllegalStateException if the loop is closed, or running, or on another thread than its own
     */
    long turn();

    /**
     * Ends it as the end of a process would: of the callback in progress nothing follows, and no other begins, not even when the loop
     * is closed. Its {@code run()} returns.
     */
    void abandon();
}
