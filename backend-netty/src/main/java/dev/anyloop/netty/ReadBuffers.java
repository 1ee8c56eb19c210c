package dev.anyloop.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;

/**
 * What the connections of a loop read into. Each has a buffer for as long as a read is under way: where reads are over
 * when they are begun that is always the same one, where the kernel fills many at once each is another (READ-009).
 */
final class ReadBuffers {

    static final int LARGEST_BYTES = 64 * 1024;

    private static final int SMALLEST_BYTES = 2 * 1024;
    private static final int MOST_FREE_BYTES = 4 * 1024 * 1024;
    private static final int SIZES = 1 + Integer.numberOfTrailingZeros(LARGEST_BYTES / SMALLEST_BYTES);

    // Set once.
    private final int smallestBytes;

    // Loop thread: by size, the one that was used last first.
    private final ArrayDeque<ByteBuf>[] free = newDeques();
    private int freeBytes;

    /** With large ones only, if there is never more than one of them. */
    ReadBuffers(boolean oneAtATime) {
        smallestBytes = oneAtATime ? LARGEST_BYTES : SMALLEST_BYTES;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static ArrayDeque<ByteBuf>[] newDeques() {
        ArrayDeque[] deques = new ArrayDeque[SIZES];
        for (int i = 0; i < SIZES; i++) {
            deques[i] = new ArrayDeque();
        }
        return deques;
    }

    int smallestBytes() {
        return smallestBytes;
    }

    /** The caller's until it is given back: an empty one of that size, a power of two between smallest and largest. */
    ByteBuf take(int bytes) {
        ByteBuf buffer = free(bytes).poll();
        if (buffer == null) {
            return Unpooled.directBuffer(bytes, bytes);
        }
        freeBytes -= bytes;
        return buffer.clear();
    }

    void give(ByteBuf buffer) {
        int bytes = buffer.capacity();
        if (freeBytes + bytes > MOST_FREE_BYTES) {
            buffer.release();
        } else {
            freeBytes += bytes;
            free(bytes).push(buffer);
        }
    }

    private ArrayDeque<ByteBuf> free(int bytes) {
        return free[Integer.numberOfTrailingZeros(bytes / SMALLEST_BYTES)];
    }

    /** Frees those that were given back. */
    void close() {
        for (ArrayDeque<ByteBuf> some : free) {
            some.forEach(ByteBuf::release);
            some.clear();
        }
    }
}
