package dev.anyloop.tck.run;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for a condition on a thread that may block: the test's own outside of a loop, or a helper's. */
public final class Await {

    private Await() {}

    public static void until(Duration limit, BooleanSupplier condition, Supplier<String> failure) {
        long start = System.nanoTime();
        long pause = TimeUnit.MICROSECONDS.toNanos(100);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > limit.toNanos()) {
                throw new AssertionError("not within " + limit + ": " + failure.get());
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
