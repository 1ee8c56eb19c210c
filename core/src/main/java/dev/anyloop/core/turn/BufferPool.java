package dev.anyloop.core.turn;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Direct buffers for output, all of one size. A connection has one only while it has bytes to send; the few that are
 * used in turn stay warm in the processor's cache. There are never more of them than were in use at once.
 */
public final class BufferPool {

    public static final int BUFFER_BYTES = 64 * 1024;

    /** 32 MiB: an engine that sends later has one in flight for each connection, and to make one anew costs a lot. */
    private static final int MOST_KEPT = 512;

    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();

    public ByteBuffer take() {
        ByteBuffer buffer = free.pollLast();
        return buffer != null ? buffer : ByteBuffer.allocateDirect(BUFFER_BYTES);
    }

    public void give(ByteBuffer buffer) {
        if (free.size() < MOST_KEPT) {
            free.addLast(buffer.clear());
        }
    }
}
