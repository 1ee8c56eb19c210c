package dev.anyloop.core.buffer;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What was written and is not sent, in order, in as few buffers as can be and none of them too large (RES-007). The last
 * one is being filled, and replaced by a larger one when it is full, up to the size of the largest; then it waits behind
 * the others that are.
 *
 * <pre>
 *   add ──▶ filling ──▶ full … full ──▶ first ──▶ sent
 * </pre>
 */
public final class PendingBytes {

    /** So much more than twice what is in it may a buffer be that stays. */
    private static final int SLACK_BYTES = 1024;

    // set once
    private final BufferPool pool;
    // loop thread
    private @Nullable OutputBuffer filling;
    private @Nullable OutputBuffer firstFull;
    private @Nullable OutputBuffer lastFull;
    private @Nullable OutputBuffer first;

    public PendingBytes(BufferPool pool) {
        this.pool = pool;
    }

    // ---- in ----

    /** Takes as many as one buffer has room for, of one at least. */
    public int add(ByteBuffer bytes) {
        ByteBuffer room = room(bytes.remaining());
        int count = Math.min(bytes.remaining(), room.remaining());
        room.put(room.position(), bytes, bytes.position(), count);
        room.position(room.position() + count);
        bytes.position(bytes.position() + count);
        return count;
    }

    /** Takes as many as one buffer has room for, of those from an index on. */
    public int add(byte[] bytes, int from) {
        ByteBuffer room = room(bytes.length - from);
        int count = Math.min(bytes.length - from, room.remaining());
        room.put(bytes, from, count);
        return count;
    }

    /** What is added from now on shares no buffer with what was before. */
    public void seal() {
        if (filling != null) {
            addFull(filling);
            filling = null;
        }
    }

    private ByteBuffer room(int wanted) {
        OutputBuffer buffer = filling;
        if (buffer == null || buffer.bytes.remaining() < wanted) {
            buffer = moreRoom(buffer, wanted);
            filling = buffer;
        }
        return buffer.bytes;
    }

    private OutputBuffer moreRoom(@Nullable OutputBuffer last, int wanted) {
        if (last == null) {
            return pool.take(wanted);
        } else if (last.bytes.capacity() < BufferPool.LARGEST_BYTES) {
            return larger(last, wanted);
        } else if (last.bytes.hasRemaining()) {
            return last;
        }
        OutputBuffer next = pool.take(wanted); // first: there may be no memory for it
        addFull(last);
        return next;
    }

    private OutputBuffer larger(OutputBuffer small, int wanted) {
        OutputBuffer large = pool.take(small.bytes.position() + Math.min(wanted, BufferPool.LARGEST_BYTES));
        return moved(small.bytes.flip(), small, large);
    }

    private OutputBuffer moved(ByteBuffer bytes, OutputBuffer from, OutputBuffer to) {
        to.bytes.put(bytes);
        pool.give(from);
        return to;
    }

    private void addFull(OutputBuffer buffer) {
        if (lastFull == null) {
            firstFull = buffer;
        } else {
            lastFull.next = buffer;
        }
        lastFull = buffer;
    }

    // ---- out ----

    /** The first bytes to send, the same until they are {@linkplain #firstSent sent}; null if there are none. */
    public @Nullable ByteBuffer first() {
        if (first == null) {
            first = firstFull != null ? takeFull(firstFull) : takeFilling();
            if (first == null) {
                return null;
            }
            first.bytes.flip();
        }
        return first.bytes;
    }

    private OutputBuffer takeFull(OutputBuffer buffer) {
        firstFull = buffer.next;
        buffer.next = null;
        if (firstFull == null) {
            lastFull = null;
        }
        return buffer;
    }

    private @Nullable OutputBuffer takeFilling() {
        OutputBuffer buffer = filling;
        filling = null;
        return buffer;
    }

    /** What is left of the first bytes, which will stay for a while: little of it does not stay in a large buffer. */
    public ByteBuffer keepFirst() {
        OutputBuffer large = Objects.requireNonNull(first);
        int left = large.bytes.remaining();
        if (large.bytes.capacity() > 2 * left + SLACK_BYTES) {
            try {
                first = moved(large.bytes, large, pool.take(left));
                first.bytes.flip();
            } catch (OutOfMemoryError e) {
                // it can stay where it is
            }
        }
        return first.bytes;
    }

    /** Nobody needs the first bytes any more. */
    public void firstSent() {
        if (first != null) {
            pool.give(first);
            first = null;
        }
    }

    /** Forgets all that is not sent but the first bytes, which the engine may have. */
    public void drop() {
        while (firstFull != null) {
            pool.give(takeFull(firstFull));
        }
        if (filling != null) {
            pool.give(filling);
            filling = null;
        }
    }
}
