package dev.anyloop.core.turn;

import dev.anyloop.BusyTimes;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.LongStream;

/** What {@link BusyTimes} is read from: written by the loop thread alone, without a locked store, as a {@link Gauge}. */
final class BusyCounts {

    private static final long[] LIMITS = BusyTimes.limits().stream().mapToLong(Duration::toNanos).toArray();

    private final AtomicLongArray counts = new AtomicLongArray(LIMITS.length + 1);

    /** Loop thread. Most turns are short, so the search is too. */
    void add(long nanos) {
        int bucket = 0;
        while (bucket < LIMITS.length && nanos > LIMITS[bucket]) {
            bucket++;
        }
        counts.setOpaque(bucket, counts.getPlain(bucket) + 1);
    }

    /** Any thread. */
    BusyTimes snapshot() {
        return new BusyTimes(LongStream.range(0, counts.length()).mapToObj(i -> counts.getOpaque((int) i)).toList());
    }
}
