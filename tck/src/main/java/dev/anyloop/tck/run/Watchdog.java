package dev.anyloop.tck.run;

import dev.anyloop.EventLoop;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.World;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Ends a test that takes too long, and says what it was doing; of one that nothing ends, it says so while it runs. */
public final class Watchdog {

    /** After so many strikes what blocks the thread is interrupted, and again. */
    private static final int STRIKES_TO_INTERRUPT = 100;

    private final World world;
    private final Thread owner = Thread.currentThread();
    private final Runnable again;
    private final Duration pause;
    private final String message;
    private final Runnable cancelAlarm;

    /** Guarded by this. */
    private Runnable cancelStrike;

    private int strikes;
    private boolean closed;

    /** Stops a loop that belongs to this thread. */
    public Watchdog(World world, EventLoop loop, Limits limits, Consumer<Throwable> onExpiry) {
        this(world, "the loop", limits.mustHappen(), () -> describe(loop), onExpiry, () -> end(loop));
    }

    /** Ends a test of this thread. */
    public Watchdog(World world, Duration limit, Consumer<Throwable> onExpiry) {
        this(world, "the test", limit, () -> "", onExpiry, () -> { });
    }

    /**
     * If the first blow does not help, others follow: a test may run its loop again and again, which needs as many stops or a
     * close, and the thread is interrupted, in case something blocks it. What is in native code hears of neither, and what a test
     * says when it is over would never be read.
     */
    private Watchdog(World world, String what, Duration limit, Supplier<String> state, Consumer<Throwable> onExpiry,
            Runnable again) {
        this.world = world;
        this.again = again;
        this.pause = limit.dividedBy(100);
        this.message = what + " is still running after " + limit;
        this.cancelAlarm = world.alarm(limit, () -> onExpiry.accept(new Stuck(message, owner, state.get())));
        this.cancelStrike = world.alarm(limit.multipliedBy(2), this::strike);
    }

    private synchronized void strike() {
        if (!closed) {
            again.run();
            if (++strikes % STRIKES_TO_INTERRUPT == 0) {
                owner.interrupt();
            }
            if (strikes == 2 * STRIKES_TO_INTERRUPT) {
                Stuck stuck = new Stuck(message, owner, "");
                System.err.println("Anyloop TCK: " + stuck.getMessage() + ", and nothing ends it\n" + stuck.details());
            }
            cancelStrike = world.alarm(pause, this::strike);
        }
    }

    /** A loop that does not hear a stop from here may hear a task. */
    private static void end(EventLoop loop) {
        loop.stop();
        try {
            loop.execute(loop::close);
        } catch (RejectedExecutionException e) {
            // It is closed already, so it is the test that does not end.
        }
    }

    private static String describe(EventLoop loop) {
        try {
            return loop.describe();
        } catch (RuntimeException e) {
            return "describe() threw " + e;
        }
    }

    /** No interrupt of ours is left behind: it would close the channel that the test runner reports through. */
    public synchronized void close() {
        closed = true;
        cancelAlarm.run();
        cancelStrike.run();
        if (strikes >= STRIKES_TO_INTERRUPT) {
            Thread.interrupted();
        }
    }
}
