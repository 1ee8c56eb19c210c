package dev.anyloop.tck.fake;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A clock that stands still until it is moved. It belongs to the loop's thread. */
public final class FakeClock implements LongSupplier {

    private long nanos;

    /**
     * A clock that overflows after a minute, as {@link System#nanoTime()} may: times have to be compared by their
     * difference.
     */
    public FakeClock() {
        this(Long.MAX_VALUE - Duration.ofMinutes(1).toNanos());
    }

    /**
     * A clock.
     *
     * @param nanos what it shows at first
     */
    public FakeClock(long nanos) {
        this.nanos = nanos;
    }

    @Override
    public long getAsLong() {
        return nanos;
    }

    /**
     * Moves the clock.
     *
     * @param duration how far, not negative
     */
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("duration < 0: " + duration + " (this clock never runs backwards)");
        }
        advance(duration.toNanos());
    }

    void advance(long duration) {
        nanos += duration;
    }
}
