package dev.anyloop.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a test of the kit: its own, and those that it starts. One runs at a time, from one wait of its own to the next;
 * when it waits, it turns everything else until somebody may go on, who is often itself.
 */
final class SimThreads implements Threads {

    /** Thrown where a thread waits when its test is over. */
    private static final class Ended extends Error {
        private static final long serialVersionUID = 1L;

        Ended() {
            super("the test is over", null, false, false);
        }
    }

    private static final long FOREVER = Long.MAX_VALUE;

    // set once
    private final Simulation simulation;
    private final Random random;
    private final Turn main = new Turn(Thread.currentThread());
    // whose turn it is
    private final List<SimThread> threads = new ArrayList<>(); // but for the test's own
    private Turn running = main;
    private final List<SimThread> leaving = new ArrayList<>(); // had their last turn
    private @Nullable Throwable thrown; // by what happened, for the test's own
    private boolean ended;

    SimThreads(Simulation simulation) {
        this.simulation = simulation;
        this.random = new Random(simulation.seed());
        OneProcessor.keep();
    }

    @Override
    public void check() {
        if (!running.isOf(Thread.currentThread())) {
            throw new IllegalStateException("a thread that the world of the test does not know: " + Thread.currentThread()
                    + " (now runs " + running + ")");
        }
    }

    // ---- starting and ending ----

    SimThread start(Host host, String name, Duration delay, Runnable work) {
        check();
        SimThread thread = new SimThread(name, self -> live(self, host, work));
        thread.turn().waitFor(simulation.schedule().later(delay.toNanos()), () -> false);
        threads.add(thread);
        thread.start();
        return thread;
    }

    @Override
    public void elsewhere(Host host, Duration time, Runnable work) {
        start(host, "sim-elsewhere", time.plusNanos(1), work);
    }

    private void live(SimThread self, Host host, Runnable work) {
        self.turn().await();
        try {
            if (!ended) {
                Scheduler.enter(host);
                work.run();
            }
        } catch (Ended e) {
            // as it is meant to be
        } finally {
            threads.remove(self);
            leaving.add(self);
            give(next());
        }
    }

    boolean isOver(Thread thread) {
        return !threads.contains(thread);
    }

    /** Who waits for the end of a thread, or looks for threads again and again, is to find none that is over. */
    void letLeave() {
        for (SimThread gone : leaving) {
            while (gone.isAlive()) {
                Thread.yield();
            }
        }
        leaving.clear();
    }

    /** Of all that are left, wherever they wait. */
    void end() {
        ended = true;
        while (!threads.isEmpty()) {
            give(threads.get(0).turn());
            main.await();
        }
        OneProcessor.leave();
    }

    // ---- waiting ----

    @Override
    public boolean await(long until, BooleanSupplier condition) {
        check();
        Turn mine = running;
        mine.waitFor(until, condition);
        Turn next = next();
        if (next != mine) {
            give(next);
            mine.await();
        }
        if (mine != main && ended) {
            throw new Ended();
        }
        if (mine == main) {
            rethrow();
        }
        return condition.getAsBoolean();
    }

    /** As all that blocks: also until the thread is interrupted. */
    boolean awaitInterruptibly(long until, BooleanSupplier condition) {
        Turn mine = running;
        return await(until, () -> mine.isInterrupted() || condition.getAsBoolean());
    }

    private void rethrow() {
        Throwable late = thrown;
        thrown = null;
        if (late instanceof Error error) {
            throw error;
        } else if (late != null) {
            throw (RuntimeException) late;
        }
    }

    private void give(Turn next) {
        running = next;
        next.give();
    }

    /** Lets happen what does until then. What that throws, the test's own thread is to throw. */
    private Turn next() {
        try {
            Turn next = ended ? main : due();
            while (next == null) {
                long until = firstUntil();
                boolean stepped = simulation.scheduler().step(until);
                boolean over = !stepped && (simulation.schedule().now() >= main.until() || until == FOREVER);
                next = over ? main : due();
            }
            return next;
        } catch (RuntimeException | Error e) {
            thrown = e;
            return main;
        }
    }

    private long firstUntil() {
        long first = main.until();
        for (SimThread thread : threads) {
            first = Math.min(first, thread.turn().until());
        }
        return first;
    }

    /** The test's own thread comes first. Asked at each step of time: whoever looks at the clock takes one. */
    private @Nullable Turn due() {
        while (simulation.schedule().runOne()) {
            // the network comes first, with all that arrives at this moment
        }
        if (main.holds()) {
            return main;
        }
        long now = simulation.schedule().now();
        List<Turn> due = new ArrayList<>();
        for (SimThread thread : threads) {
            if (thread.turn().isDue(now)) {
                due.add(thread.turn());
            }
        }
        return due.isEmpty() ? null : due.get(random.nextInt(due.size()));
    }
}
