package dev.anyloop.core.buffer;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A direct buffer of the pool, and its place in the list of whoever has it, the pool or a socket: to pass it on takes no
 * memory, so that it cannot fail.
 */
public final class OutputBuffer {

    public final ByteBuffer bytes;
    @Nullable OutputBuffer next;

    OutputBuffer(int capacity) {
        bytes = ByteBuffer.allocateDirect(capacity);
    }
}
