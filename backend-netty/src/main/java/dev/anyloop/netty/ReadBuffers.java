package dev.anyloop.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the connections of a loop read into. Each has a buffer for as long as a read is under way: where reads are over
 * when they are begun that is always the same one, where the kernel fills many at once each is another (READ-009).
 */
final class ReadBuffers {

    static final int LARGEST_BYTES = 64 * 1024;

    private static final int SMALLEST_BYTES = 2 * 1024;
    private static final int SIZES = 1 + Integer.numberOfTrailingZeros(LARGEST_BYTES / SMALLEST_BYTES);

    /** Enough for 64 large reads at once. Each size has as much, for loads change, and with them what is asked for. */
    private static final int MOST_KEPT_BYTES = 64 * LARGEST_BYTES;

    // Set once.
    private final int smallestBytes;
    private final ByteBuf withoutRoom = Unpooled.directBuffer(0); // should memory run out it is there

    // Loop thread: by size; the one used last is taken first, because it is still in the processor's cache.
    private final List<ArrayList<ByteBuf>> kept = Stream.generate(() -> new ArrayList<ByteBuf>()).limit(SIZES).toList();

    /** With large ones only, if there is never more than one of them; and that one is there, should memory run out. */
    ReadBuffers(boolean oneAtATime) {
        smallestBytes = oneAtATime ? LARGEST_BYTES : SMALLEST_BYTES;
        if (oneAtATime) {
            give(take(LARGEST_BYTES));
        }
    }

    int smallestBytes() {
        return smallestBytes;
    }

    /** The caller's until it is given back: an empty one of that size, a power of two between smallest and largest. */
    ByteBuf take(int bytes) {
        ArrayList<ByteBuf> those = ofSize(bytes);
        return those.isEmpty() ? Unpooled.directBuffer(bytes, bytes) : those.remove(those.size() - 1).clear();
    }

    /** For a read that shall bring nothing; the caller releases it. */
    ByteBuf withoutRoom() {
        return withoutRoom.retain();
    }

    void give(ByteBuf buffer) {
        int bytes = buffer.capacity();
        ArrayList<ByteBuf> others = ofSize(bytes);
        if ((others.size() + 1L) * bytes > MOST_KEPT_BYTES) {
            buffer.release();
        } else {
            others.add(buffer);
        }
    }

    private ArrayList<ByteBuf> ofSize(int bytes) {
        return kept.get(Integer.numberOfTrailingZeros(bytes / SMALLEST_BYTES));
    }

    /** Frees those that were given back, which is all of them once Netty's loop is over. */
    void close() {
        for (ArrayList<ByteBuf> some : kept) {
            some.forEach(ByteBuf::release);
            some.clear();
        }
        withoutRoom.release();
    }
}
