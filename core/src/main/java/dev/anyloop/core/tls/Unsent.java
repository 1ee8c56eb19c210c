package dev.anyloop.core.tls;

import dev.anyloop.core.buffer.BufferPool;
import dev.anyloop.core.buffer.OutputBuffer;
import java.nio.ByteBuffer;

/** Records that the kernel did not take at once: they are lent to the engine's connection until it has. */
final class Unsent {

    // set once
    private final BufferPool pool;
    private final OutputBuffer buffer;
    private final Batch batch;
    // loop thread
    private int left;

    /** @param batch what is left of them */
    Unsent(BufferPool pool, ByteBuffer records, Batch batch) {
        this.pool = pool;
        this.buffer = pool.take(records.remaining());
        this.batch = batch;
        this.left = records.remaining();
        buffer.bytes.put(records).flip();
    }

    ByteBuffer bytes() {
        return buffer.bytes;
    }

    /** How many of the user's bytes are sent by that. */
    int taken(int count) {
        left -= count;
        return batch.sent(count);
    }

    boolean isTaken() {
        return left == 0;
    }

    /** The engine's connection has nothing of it any more. */
    void giveBack() {
        pool.give(buffer);
    }
}
