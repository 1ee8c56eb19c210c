package dev.anyloop.sim;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Whoever waits for an element lets the time of its world pass. */
final class SimQueue<T> extends LinkedBlockingQueue<T> {

    private static final long serialVersionUID = 1L;

    private final transient SimWorld world;

    SimQueue(SimWorld world) {
        this.world = world;
    }

    @Override
    public T take() throws InterruptedException {
        world.await(() -> !isEmpty());
        return remove();
    }

    @Override
    public T poll(long timeout, TimeUnit unit) throws InterruptedException {
        world.await(unit.toNanos(timeout), () -> !isEmpty());
        return poll();
    }
}
