package dev.anyloop.core.turn;

import dev.anyloop.core.time.Deadline;
import dev.anyloop.core.time.DeadlineQueue;
import dev.anyloop.core.time.LoopClock;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
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

    /** Of the largest buffer. */
    public static final int MOST_BYTES = 64 * 1024;

    private static final int LEAST_BYTES = 512;
    private static final int SIZES = 1 + Integer.numberOfTrailingZeros(MOST_BYTES / LEAST_BYTES);

    /** So much more than twice what is in it may a buffer be. */
    private static final int SLACK_BYTES = 1024;

    private static final int KEPT_BYTES = 512 * 1024;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The buffers of one size that nobody has. */
    private static final class Shelf {
        final int bytes;
        final ArrayDeque<ByteBuffer> buffers = new ArrayDeque<>();
        int unused; // since the last look there were always so many

        Shelf(int bytes) {
            this.bytes = bytes;
        }

        @Nullable ByteBuffer take() {
            ByteBuffer buffer = buffers.pollFirst();
            unused = Math.min(unused, buffers.size());
            return buffer;
        }
    }

    // set once
    private final DeadlineQueue deadlines;
    private final LoopClock clock;
    private final Shelf[] shelves = new Shelf[SIZES];
    // loop thread
    private int keptBytes;

    BufferPool(DeadlineQueue deadlines, LoopClock clock) {
        this.deadlines = deadlines;
        this.clock = clock;
        for (int i = 0; i < SIZES; i++) {
            shelves[i] = new Shelf(LEAST_BYTES << i);
        }
    }

    /** An empty one that has room for so many bytes, or as many as any has. */
    public ByteBuffer take(int bytes) {
        Shelf shelf = shelf(Math.min(bytes, MOST_BYTES));
        ByteBuffer buffer = shelf.take();
        if (buffer == null) {
            return allocate(shelf.bytes);
        }
        keptBytes -= shelf.bytes;
        return buffer;
    }

    /** If memory is short, what lies here in other sizes must not be the reason. */
    private ByteBuffer allocate(int bytes) {
        try {
            return ByteBuffer.allocateDirect(bytes);
        } catch (OutOfMemoryError e) {
            if (keptBytes == 0) {
                throw e;
            }
            clear();
            return ByteBuffer.allocateDirect(bytes);
        }
    }

    public void give(ByteBuffer buffer) {
        shelf(buffer.capacity()).buffers.addFirst(buffer.clear());
        keptBytes += buffer.capacity();
        lookLater();
    }

    /** The same bytes, to be sent, in a buffer that may stay in use for long: not a large one with little in it. */
    public ByteBuffer fitted(ByteBuffer bytes) {
        if (bytes.capacity() <= 2 * bytes.remaining() + SLACK_BYTES) {
            return bytes;
        }
        try {
            ByteBuffer smaller = take(bytes.remaining()).put(bytes).flip();
            give(bytes);
            return smaller;
        } catch (OutOfMemoryError e) {
            return bytes; // they can be sent from where they are
        }
    }

    private Shelf shelf(int bytes) {
        return shelves[Integer.SIZE - Integer.numberOfLeadingZeros((bytes - 1) / LEAST_BYTES)];
    }

    private void lookLater() {
        if (keptBytes > KEPT_BYTES && !isQueued()) {
            deadlines.add(this, clock.after(LOOK_NANOS));
        }
    }

    /** Time for a look. */
    @Override
    public void due() {
        for (Shelf shelf : shelves) {
            for (; shelf.unused > 0 && keptBytes > KEPT_BYTES; shelf.unused--) {
                shelf.buffers.removeLast();
                keptBytes -= shelf.bytes;
            }
            shelf.unused = shelf.buffers.size();
        }
        lookLater();
    }

    /** Keeps nothing. */
    void clear() {
        for (Shelf shelf : shelves) {
            shelf.buffers.clear();
            shelf.unused = 0;
        }
        keptBytes = 0;
    }
}
