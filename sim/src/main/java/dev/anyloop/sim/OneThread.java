package dev.anyloop.sim;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The thread that made the simulation; whoever waits there turns everything else. */
final class OneThread implements Threads {

    private final Simulation simulation;
    private final Thread thread = Thread.currentThread();

    OneThread(Simulation simulation) {
        this.simulation = simulation;
    }

    @Override
    public void check() {
        if (Thread.currentThread() != thread) {
            throw new IllegalStateException("the simulation belongs to thread " + thread.getName() + ", used on thread "
                    + Thread.currentThread().getName() + " (give the code under test host.executor() instead of threads, and test what"
                    + " has to block on a real backend)");
        }
    }

    @Override
    public boolean await(long until, BooleanSupplier condition) {
        return simulation.scheduler().run(until, condition);
    }

    @Override
    public void elsewhere(Host host, Duration time, Runnable work) {
        simulation.later(host, time, work);
    }
}
