package dev.anyloop.core.buffer;

import dev.anyloop.core.time.Deadline;
import dev.anyloop.core.time.DeadlineQueue;
import dev.anyloop.core.time.LoopClock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Direct buffers for output, in sizes that are powers of two, so that what waits to be sent takes memory in proportion to
 * itself (RES-007). What comes back is kept for the next writes, and what was used last is used first, because it is warm
 * in the processor's cache. Each is memory of its own, not a part of a larger piece that one of them could hold back.
 *
 * <p>A little is kept for good. More, as a burst leaves it behind or an engine needs it that has many writes under way, is
 * kept as long as it is needed now and then: what lay unused from one look to the next is dropped.
 */
public final class BufferPool extends Deadline {

    public static final int LARGEST_BYTES = 64 * 1024;

    private static final int SMALLEST_BYTES = 512;
    private static final int SIZES = 1 + Integer.numberOfTrailingZeros(LARGEST_BYTES / SMALLEST_BYTES);

    private static final int KEPT_BYTES = 512 * 1024;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The buffers of one size that nobody has. */
    private static final class Shelf {
        final int bytes;
        @Nullable OutputBuffer top;
        int count;
        int unused; // since the last look there were always so many

        Shelf(int bytes) {
            this.bytes = bytes;
        }

        void add(OutputBuffer buffer) {
            buffer.next = top;
            top = buffer;
            count++;
        }

        @Nullable OutputBuffer take() {
            OutputBuffer buffer = top;
            if (buffer != null) {
                top = buffer.next;
                buffer.next = null;
                count--;
                unused = Math.min(unused, count);
            }
            return buffer;
        }
    }

    // set once
    private final DeadlineQueue deadlines;
    private final LoopClock clock;
    private final Shelf[] shelves = new Shelf[SIZES];
    // loop thread
    private long keptBytes;

    public BufferPool(DeadlineQueue deadlines, LoopClock clock) {
        this.deadlines = deadlines;
        this.clock = clock;
        for (int i = 0; i < SIZES; i++) {
            shelves[i] = new Shelf(SMALLEST_BYTES << i);
        }
    }

    /** An empty one that has room for so many bytes, or as many as any has. */
    public OutputBuffer take(int bytes) {
        Shelf shelf = shelf(Math.min(bytes, LARGEST_BYTES));
        OutputBuffer buffer = shelf.take();
        if (buffer == null) {
            return allocate(shelf.bytes);
        }
        keptBytes -= shelf.bytes;
        return buffer;
    }

    /** If memory is short, what lies here in other sizes must not be the reason. */
    private OutputBuffer allocate(int bytes) {
        try {
            return new OutputBuffer(bytes);
        } catch (OutOfMemoryError e) {
            if (keptBytes == 0) {
                throw e;
            }
            clear();
            return new OutputBuffer(bytes);
        }
    }

    /** Nobody uses it any more. */
    public void give(OutputBuffer buffer) {
        buffer.bytes.clear();
        Shelf shelf = shelf(buffer.bytes.capacity());
        shelf.add(buffer);
        keptBytes += shelf.bytes;
        lookLater();
    }

    private Shelf shelf(int bytes) {
        return shelves[Integer.SIZE - Integer.numberOfLeadingZeros((bytes - 1) / SMALLEST_BYTES)];
    }

    private void lookLater() {
        if (keptBytes > KEPT_BYTES && !isQueued()) {
            try {
                deadlines.add(this, clock.after(LOOK_NANOS));
            } catch (OutOfMemoryError e) {
                // what comes back next tries again
            }
        }
    }

    /** Time for a look. */
    @Override
    public void due() {
        for (Shelf shelf : shelves) {
            for (int left = shelf.unused; left > 0 && keptBytes > KEPT_BYTES; left--) {
                shelf.take();
                keptBytes -= shelf.bytes;
            }
            shelf.unused = shelf.count;
        }
        lookLater();
    }

    /** Keeps nothing. */
    public void clear() {
        for (Shelf shelf : shelves) {
            shelf.top = null;
            shelf.count = 0;
            shelf.unused = 0;
        }
        keptBytes = 0;
    }
}
