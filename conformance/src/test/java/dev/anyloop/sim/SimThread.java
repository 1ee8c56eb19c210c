package dev.anyloop.sim;

import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/** A thread that runs only while the test's own waits for it, from one wait of its own to the next. */
final class SimThread extends Thread {

    /** Thrown where it waits, when its test is over. */
    private static final class Ended extends Error {
        private static final long serialVersionUID = 1L;

        Ended() {
            super("the test is over", null, false, false);
        }
    }

    /** Some ten microseconds; of use only while another processor runs who is waited for. */
    private static final int SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 1_500 : 0;

    private final Runnable work;
    private final Semaphore mayRun = new Semaphore(0);
    private final Semaphore waits = new Semaphore(0);
    // one thread at a time, and each sees what the one before it did
    private BooleanSupplier condition;
    private long until;
    private boolean ended;
    private boolean over;
    private volatile boolean interrupted; // while it waits for its turn, which hides that

    /** It begins at a moment. */
    SimThread(String name, Runnable work, long begins) {
        super(name);
        this.work = work;
        this.condition = () -> false;
        this.until = begins;
        setDaemon(true);
    }

    @Override
    public void run() {
        mayRun.acquireUninterruptibly();
        try {
            if (!ended) {
                work.run();
            }
        } catch (Ended e) {
            // as it is meant to be
        } finally {
            over = true;
            waits.release();
        }
    }

    // ---- on itself ----

    boolean await(long moment, BooleanSupplier holds) {
        until = moment;
        condition = holds;
        waits.release();
        take(mayRun);
        interrupted = false;
        if (ended) {
            throw new Ended();
        }
        return holds.getAsBoolean();
    }

    // ---- on any thread ----

    @Override
    public void interrupt() {
        interrupted = true;
        super.interrupt();
    }

    @Override
    public boolean isInterrupted() {
        return interrupted || super.isInterrupted();
    }

    // ---- on the test's thread ----

    boolean isDue(long now) {
        return until <= now || condition.getAsBoolean();
    }

    long until() {
        return until;
    }

    boolean isOver() {
        return over;
    }

    /** Lets it go on until it waits again or is over. */
    void goOn() {
        mayRun.release();
        take(waits);
        if (over) {
            joinAtOnce();
        }
    }

    /** A turn is mostly shorter than it takes to wake who sleeps for it on another processor. */
    private static void take(Semaphore turn) {
        for (int left = SPINS; left > 0; left--) {
            if (turn.tryAcquire()) {
                return;
            }
            Thread.onSpinWait();
        }
        turn.acquireUninterruptibly();
    }

    private void joinAtOnce() {
        for (int left = SPINS; left > 0 && isAlive(); left--) {
            Thread.onSpinWait();
        }
        boolean interrupted = Thread.interrupted();
        while (isAlive()) {
            try {
                join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Wherever it waits. */
    void end() {
        ended = true;
        goOn();
    }
}
