package dev.anyloop.core.time;

import java.time.Duration;
import java.util.function.LongSupplier;

/** The loop's time in nanoseconds since it was opened, so that deadlines can be compared as plain numbers. */
public final class LoopClock {

    private final LongSupplier source;
    private final long origin;

    public LoopClock(LongSupplier source) {
        this.source = source;
        this.origin = source.getAsLong();
    }

    public long now() {
        return source.getAsLong() - origin;
    }

    /** The time so far from now; a sum that would overflow is never (TIMER-006). */
    public long after(long nanos) {
        return sum(now(), nanos);
    }

    public static long sum(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** The length in nanoseconds: a negative one is 0, a huge one {@link Long#MAX_VALUE}. */
    public static long nanos(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        return duration.getSeconds() >= Long.MAX_VALUE / 1_000_000_000L ? Long.MAX_VALUE : duration.toNanos();
    }
}
