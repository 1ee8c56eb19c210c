package dev.anyloop.core.socket;

import dev.anyloop.core.turn.BufferPool;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
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
final class PendingBytes {

    // set once
    private final BufferPool pool;
    // loop thread
    private @Nullable ByteBuffer filling;
    private @Nullable ArrayDeque<ByteBuffer> full;
    private @Nullable ByteBuffer first;

    PendingBytes(BufferPool pool) {
        this.pool = pool;
    }

    // ---- in ----

    /** Takes as many as one buffer has room for, of one at least. */
    int add(ByteBuffer bytes) {
        ByteBuffer room = room(bytes.remaining());
        int count = Math.min(bytes.remaining(), room.remaining());
        room.put(room.position(), bytes, bytes.position(), count);
        room.position(room.position() + count);
        bytes.position(bytes.position() + count);
        return count;
    }

    /** Takes as many as one buffer has room for, of those from an index on. */
    int add(byte[] bytes, int from) {
        ByteBuffer room = room(bytes.length - from);
        int count = Math.min(bytes.length - from, room.remaining());
        room.put(bytes, from, count);
        return count;
    }

    private ByteBuffer room(int wanted) {
        if (filling != null && filling.remaining() < wanted) {
            if (filling.capacity() < BufferPool.MOST_BYTES) {
                filling = larger(filling, wanted);
            } else if (!filling.hasRemaining()) {
                full().add(filling);
                filling = null;
            }
        }
        if (filling == null) {
            filling = pool.take(wanted);
        }
        return filling;
    }

    private ByteBuffer larger(ByteBuffer small, int wanted) {
        ByteBuffer large = pool.take(small.position() + Math.min(wanted, BufferPool.MOST_BYTES));
        large.put(small.flip());
        pool.give(small);
        return large;
    }

    private ArrayDeque<ByteBuffer> full() {
        if (full == null) {
            full = new ArrayDeque<>(4);
        }
        return full;
    }

    // ---- out ----

    /** The first buffer with bytes to send, until it is {@linkplain #firstSent sent}; null if there is none. */
    @Nullable ByteBuffer first() {
        if (first == null) {
            if (full != null && !full.isEmpty()) {
                first = full.remove().flip();
            } else if (filling != null) {
                first = filling.flip();
                filling = null;
            }
        }
        return first;
    }

    /** What is left of the first buffer will not be sent soon. */
    ByteBuffer keepFirst(ByteBuffer rest) {
        first = pool.fitted(rest);
        return first;
    }

    /** Nobody needs the first buffer any more. */
    void firstSent() {
        if (first != null) {
            pool.give(first);
            first = null;
        }
    }

    /** Nothing more is sent; but somebody may still have the first buffer. */
    void drop() {
        if (full != null) {
            full.forEach(pool::give);
            full = null;
        }
        if (filling != null) {
            pool.give(filling);
            filling = null;
        }
    }
}
