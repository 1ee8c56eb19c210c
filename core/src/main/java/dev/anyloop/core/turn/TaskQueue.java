package dev.anyloop.core.turn;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a loop: added by any thread without locks, taken by the loop thread, FIFO for each adding thread. One atomic
 * addition gives an adder its number, and the number its place; the places stand in segments, chained as they fill up.
 */
final class TaskQueue {

    private static final int SEGMENT_PLACES = 256;

    /** In longs: more than the two cache lines that a processor fetches together. */
    private static final int APART = 24;

    private static final class Segment extends AtomicReferenceArray<@Nullable Runnable> {
        private static final long serialVersionUID = 1L;
        final long first;
        final transient AtomicReference<@Nullable Segment> next = new AtomicReference<>();

        Segment(long first) {
            super(SEGMENT_PLACES);
            this.first = first;
        }

        boolean has(long number) {
            return number - first < SEGMENT_PLACES;
        }

        /** The one after it, made by whoever needs it first; itself if everything in it was taken. */
        Segment following() {
            Segment following = next.getAcquire();
            if (following == null) {
                next.compareAndSet(null, new Segment(first + SEGMENT_PLACES));
                following = next.getAcquire();
            }
            return following;
        }
    }

    // any thread
    private final AtomicLongArray added = new AtomicLongArray(2 * APART); // one, far from what the loop thread writes
    private volatile Segment newest = new Segment(0); // a hint: it may be behind for a moment
    // loop thread writes, any reads
    private volatile Segment oldest = newest;
    private final Gauge taken = new Gauge();
    // loop thread
    private long batchEnd;

    /** Any thread. */
    void add(Runnable task) {
        long number = added.getAndIncrement(APART);
        Segment segment = newest;
        if (number < segment.first || !segment.has(number)) {
            segment = find(number, segment);
            newest = segment;
        }
        segment.setRelease((int) (number - segment.first), task);
    }

    /** Its place is not taken yet, so the oldest segment is never after it. */
    private Segment find(long number, Segment hint) {
        Segment segment = number < hint.first ? oldest : hint;
        while (!segment.has(number)) {
            Segment following = segment.following();
            segment = following == segment ? oldest : following;
        }
        return segment;
    }

    /** Loop thread. */
    boolean isEmpty() {
        return taken.get() == added.get(APART);
    }

    /** Makes {@link #next} stop after the tasks that are queued now. */
    void beginBatch() {
        batchEnd = added.get(APART);
    }

    /** The next task of the batch, or null at its end. */
    @Nullable Runnable next() {
        long number = taken.get();
        if (number == batchEnd) {
            return null;
        }
        Segment segment = oldest;
        if (!segment.has(number)) {
            Segment following = segment.following();
            oldest = following;
            segment.next.setRelease(segment); // else one in the old generation would keep all after it alive
            segment = following;
        }
        int place = (int) (number - segment.first);
        Runnable task = segment.getAcquire(place);
        while (task == null) { // its adder is between the number and the place, a few instructions apart
            Thread.yield();
            task = segment.getAcquire(place);
        }
        segment.setPlain(place, null);
        taken.add(1);
        return task;
    }

    void clear() {
        beginBatch();
        while (next() != null) {
            // discarded
        }
    }

    /** Any thread; right at some moment during the call. */
    int size() {
        long before = taken.get();
        return (int) (added.get(APART) - before);
    }
}
