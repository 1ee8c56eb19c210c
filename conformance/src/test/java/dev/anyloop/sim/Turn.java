package dev.anyloop.sim;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What a thread waits for, and whether it may go on. */
final class Turn {

    private final Thread thread;
    // whose turn it is
    private BooleanSupplier condition = () -> false;
    private long until;
    private volatile boolean given;
    private volatile boolean interrupted;

    Turn(Thread thread) {
        this.thread = thread;
    }

    boolean isOf(Thread asked) {
        return asked == thread;
    }

    // ---- whose turn it is ----

    void waitFor(long moment, BooleanSupplier holds) {
        until = moment;
        condition = holds;
    }

    long until() {
        return until;
    }

    boolean holds() {
        return condition.getAsBoolean();
    }

    boolean isDue(long now) {
        return until <= now || holds();
    }

    void give() {
        given = true;
        LockSupport.unpark(thread);
    }

    @Override
    public String toString() {
        return thread.toString();
    }

    /** Waiting hides an interrupt, so that it does not end that; who waits for interrupts as well asks here. */
    boolean isInterrupted() {
        return thread.isInterrupted() || interrupted;
    }

    // ---- its thread ----

    void await() {
        while (!given) {
            LockSupport.park(this);
            if (thread.isInterrupted()) {
                interrupted = true;
                Thread.interrupted();
            }
        }
        given = false;
        if (interrupted) {
            thread.interrupt();
            interrupted = false;
        }
    }
}
