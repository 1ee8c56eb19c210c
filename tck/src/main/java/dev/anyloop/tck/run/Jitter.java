package dev.anyloop.tck.run;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How late this machine wakes a thread: measured once, so that "not too late" can be asserted at all. */
public record Jitter(long p99Nanos) {

    private static final Jitter MEASURED = measure();

    public static Jitter measured() {
        return MEASURED;
    }

    /** What a test may be late by and still be on time. */
    public Duration tolerance() {
        return Duration.ofNanos(Math.max(TimeUnit.MILLISECONDS.toNanos(15), 4 * p99Nanos));
    }

    private static Jitter measure() {
        long park = TimeUnit.MILLISECONDS.toNanos(1);
        long[] late = new long[100];
        for (int i = 0; i < late.length; i++) {
            long start = System.nanoTime();
            LockSupport.parkNanos(park);
            late[i] = Math.max(0, System.nanoTime() - start - park);
        }
        Arrays.sort(late);
        return new Jitter(late[98]);
    }

    @Override
    public String toString() {
        return "jitter p99 " + TimeUnit.NANOSECONDS.toMicros(p99Nanos) + " µs, tolerance " + tolerance().toMillis()
                + " ms";
    }
}
