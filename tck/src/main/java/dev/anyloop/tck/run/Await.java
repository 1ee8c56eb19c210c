package dev.anyloop.tck.run;

import dev.anyloop.tck.World;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for a condition on a thread that may block: the test's own outside of a loop, or a helper's. */
public final class Await {

    private Await() {}

    /** In this machine's time. */
    public static void until(Duration limit, BooleanSupplier condition, Supplier<String> failure) {
        until(World.real(), limit, condition, failure);
    }

    public static void until(World world, Duration limit, BooleanSupplier condition, Supplier<String> failure) {
        long start = world.nanoTime();
        long pause = TimeUnit.MICROSECONDS.toNanos(100);
        while (!condition.getAsBoolean()) {
            if (world.nanoTime() - start > limit.toNanos()) {
                throw new AssertionError("not within " + limit + ": " + failure.get());
            }
            world.park(pause);
            pause = Math.min(2 * pause, TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
