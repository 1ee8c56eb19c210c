package dev.anyloop.uring;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Where a loop puts what the ring does not receive, until core was told. It takes memory from the first need on. */
final class ReadBuffer {

    private static final int BYTES = 64 * 1024; // the most that may be told at once (SEAM-011)

    // loop thread
    private @Nullable ByteBuffer bytes;
    private long address;

    /** All of it. */
    ByteBuffer cleared() {
        if (bytes == null) {
            bytes = ByteBuffer.allocateDirect(BYTES);
            address = Address.of(bytes);
        }
        return bytes.clear();
    }

    /** Of what {@link #cleared} has returned. */
    long address() {
        return address;
    }

    /** Nobody reads any more. */
    void drop() {
        bytes = null;
    }
}
