package dev.anyloop.benchmarks.inner;

import java.util.concurrent.Executor;

/** As much of an event loop as these measurements use. */
interface TaskLoop extends Executor {

    /** Makes that many timers with different delays, all far off, and cancels them; on the loop's thread. */
    void addAndCancelTimers(int count);

    /**
     * Has as many sockets, each with a few bytes written and none of them sent; on the loop's thread.
     *
     * @return the direct memory of the process meanwhile
     */
    long directBytesWithPending(int sockets);
}
