package dev.anyloop;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * How long a loop was busy, turn by turn: the time from the first callback of a turn until the loop looked for events again, which is
 * how late whatever became ready meanwhile was told. Read by {@link LoopStats#busy()}; counted always, at the cost of one addition a
 * turn (WATCH-001).
 *
 * @param counts how many turns were within each of the {@link #limits()} and beyond the one before it; one more than there are limits,
 *     the last for those beyond all of them. Turns without a callback are not counted. Immutable
 */
public record BusyTimes(List<Long> counts) {

    private static final List<Duration> LIMITS = Stream.of(10, 100, 1_000, 10_000, 100_000, 1_000_000)
            .flatMap(micros -> Stream.of(micros, 2 * micros, 5 * micros))
            .map(micros -> Duration.ofNanos(1_000L * micros))
            .toList();

    /**
     * Counts that somebody else has kept.
     *
     * @throws IllegalArgumentException if they are not one more than the limits
     */
    public BusyTimes {
        counts = List.copyOf(counts);
        if (counts.size() != LIMITS.size() + 1) {
            throw new IllegalArgumentException(counts.size() + " counts (give one for each of the " + LIMITS.size()
                    + " limits, and one for what is beyond them)");
        }
    }

    /**
     * Of a loop that was never busy.
     *
     * @return counts of zero
     */
    public static BusyTimes none() {
        return new BusyTimes(Collections.nCopies(LIMITS.size() + 1, 0L));
    }

    /**
     * The limits of the buckets, which are the same for all loops: 10, 20, 50, 100 microseconds and so on up to 5 seconds.
     *
     * @return an immutable list, ascending
     */
    public static List<Duration> limits() {
        return LIMITS;
    }

    /**
     * In how many turns the loop was busy.
     *
     * @return the sum of all counts
     */
    public long turns() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }
}
