package dev.anyloop.core.turn;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a loop: added by any thread without locks, taken by the loop thread, FIFO for each adding thread. One atomic
 * addition gives an adder its place in the newest segment; if that is full, the adder chains another to it and asks there.
 *
 * <p>The loop thread waits for whoever has got a place, for ever if need be. But an adder may run out of memory, or of stack
 * in whatever it calls. So it makes nothing and calls nothing between getting its place and filling it: an adder that fails
 * has got no place (THREAD-008).
 */
final class TaskQueue {

    private static final int SEGMENT_PLACES = 256;
    private static final VarHandle PLACES = MethodHandles.arrayElementVarHandle(Object[].class);

    /** Counts who has asked for a place, also those who got none because it was full. */
    private static final class Segment extends AtomicLong {
        private static final long serialVersionUID = 1L;
        final long first;
        final transient @Nullable Object[] places = new Object[SEGMENT_PLACES];
        final transient AtomicReference<@Nullable Segment> next = new AtomicReference<>();

        Segment(long first) {
            this.first = first;
        }

        /** One more than the number of its last task. */
        long end() {
            return first + Math.min(get(), SEGMENT_PLACES);
        }
    }

    // any thread
    private final AtomicReference<Segment> newest = new AtomicReference<>(new Segment(0));
    // loop thread writes, any reads
    private final Gauge taken = new Gauge();
    // loop thread
    private Segment oldest = newest.get();
    private @Nullable Object[] places = oldest.places;
    private int place;
    private long batchEnd;

    /** Any thread. */
    void add(Runnable task) {
        while (true) {
            Segment segment = newest.get();
            @Nullable Object[] places = segment.places;
            long place = segment.getAndIncrement();
            if (place < SEGMENT_PLACES) {
                places[(int) place] = task; // the next thing done
                return;
            }
            extend(segment);
        }
    }

    /** Whoever comes first makes the next segment, and all see to it that it is the newest. */
    private void extend(Segment full) {
        Segment next = full.next.get();
        if (next == null) {
            full.next.compareAndSet(null, new Segment(full.first + SEGMENT_PLACES));
            next = full.next.get();
        }
        newest.compareAndSet(full, next);
    }

    /** Loop thread. */
    boolean isEmpty() {
        return taken.get() == newest.get().end();
    }

    /** Makes {@link #next} stop after the tasks that are queued now. */
    void beginBatch() {
        batchEnd = newest.get().end();
    }

    /** The next task of the batch, or null at its end. */
    @Nullable Runnable next() {
        if (taken.get() == batchEnd) {
            return null;
        }
        if (place == SEGMENT_PLACES) {
            Segment following = oldest.next.get();
            oldest.next.setRelease(oldest); // else one in the old generation would keep all after it alive
            oldest = following;
            places = following.places;
            place = 0;
        }
        Object task = PLACES.getOpaque(places, place); // all that came before it is visible since its place was counted
        while (task == null) { // its adder has got the place, and is one instruction away from filling it
            Thread.yield();
            task = PLACES.getOpaque(places, place);
        }
        places[place++] = null;
        taken.add(1);
        return (Runnable) task;
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
        return (int) (newest.get().end() - before);
    }
}
