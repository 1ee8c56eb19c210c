package dev.anyloop.sim;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Whoever waits for a permit lets the time of its world pass. */
final class SimSemaphore extends Semaphore {

    private static final long serialVersionUID = 1L;

    private final transient SimWorld world;

    SimSemaphore(SimWorld world, int permits) {
        super(permits);
        this.world = world;
    }

    @Override
    public void acquire() throws InterruptedException {
        world.await(() -> availablePermits() > 0);
        tryAcquire();
    }

    @Override
    public boolean tryAcquire(long timeout, TimeUnit unit) throws InterruptedException {
        world.await(unit.toNanos(timeout), () -> availablePermits() > 0);
        return tryAcquire();
    }
}
