package dev.anyloop.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The threads of a test of the kit: its own, which turns everything while it waits, and those that it starts. */
final class SimThreads implements Threads {

    private static final long FOREVER = Long.MAX_VALUE;

    private final Simulation simulation;
    private final Thread main = Thread.currentThread();
    private final Random random;
    private final List<SimThread> threads = new ArrayList<>();
    private Thread running = main;

    SimThreads(Simulation simulation) {
        this.simulation = simulation;
        this.random = new Random(simulation.seed());
    }

    @Override
    public void check() {
        if (Thread.currentThread() != running) {
            throw new IllegalStateException("a thread that the world of the test does not know: " + Thread.currentThread()
                    + " (now runs " + running + ")");
        }
    }

    SimThread start(Host host, String name, Duration delay, Runnable work) {
        check();
        SimThread thread = new SimThread(name, () -> {
            Scheduler.enter(host);
            work.run();
        }, simulation.schedule().later(delay.toNanos()));
        threads.add(thread);
        thread.start();
        return thread;
    }

    @Override
    public void elsewhere(Host host, Duration time, Runnable work) {
        start(host, "sim-elsewhere", time.plusNanos(1), work);
    }

    // ---- waiting ----

    @Override
    public boolean await(long until, BooleanSupplier condition) {
        check();
        return Thread.currentThread() instanceof SimThread thread
                ? thread.await(until, condition) : runUntil(until, condition);
    }

    private boolean runUntil(long until, BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (!runOne()) {
                long next = Math.min(until, firstUntil());
                boolean stepped = simulation.scheduler().step(next);
                if (!stepped && (simulation.schedule().now() >= until || next == FOREVER)) {
                    return condition.getAsBoolean();
                }
            }
        }
        return true;
    }

    private long firstUntil() {
        long first = FOREVER;
        for (SimThread thread : threads) {
            first = Math.min(first, thread.until());
        }
        return first;
    }

    /** Asked at each step of time: whoever looks at the clock takes one. */
    private boolean runOne() {
        long now = simulation.schedule().now();
        List<SimThread> due = new ArrayList<>();
        for (SimThread thread : threads) {
            if (thread.isDue(now)) {
                due.add(thread);
            }
        }
        if (due.isEmpty()) {
            return false;
        }
        run(due.get(random.nextInt(due.size())), SimThread::goOn);
        return true;
    }

    private void run(SimThread thread, Consumer<SimThread> how) {
        running = thread;
        how.accept(thread);
        running = main;
        if (thread.isOver()) {
            threads.remove(thread);
        }
    }

    /** Of all that are left, wherever they wait. */
    void end() {
        while (!threads.isEmpty()) {
            run(threads.get(0), SimThread::end);
        }
    }
}
