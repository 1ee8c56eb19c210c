package dev.anyloop.benchmarks.inner;

import java.util.concurrent.Executor;

/** As much of an event loop as these measurements use. */
interface TaskLoop extends Executor {

    /** Makes that many timers with different delays, all far off, and cancels them; on the loop's thread. */
    void addAndCancelTimers(int count);
}
