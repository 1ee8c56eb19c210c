package dev.anyloop.core.turn;

import dev.anyloop.core.transport.Fifo;
import org.jspecify.annotations.Nullable;

/** What waits for the deferred phase, first in, first out. */
final class Deferred {

    private final Fifo<Runnable> callbacks = new Fifo<>();
    private int batch;

    /** In an order that loses nothing whatever fails. */
    void add(Runnable callback) {
        callbacks.add(callback);
    }

    boolean isEmpty() {
        return callbacks.isEmpty();
    }

    /** Makes {@link #next} stop after those that are there now. */
    void beginBatch() {
        batch = callbacks.size();
    }

    /** The next of the batch, or null at its end. */
    @Nullable Runnable next() {
        if (batch == 0) {
            return null;
        }
        Runnable next = callbacks.poll();
        batch--;
        return next;
    }

    void clear() {
        beginBatch();
        while (next() != null) {
            // dropped
        }
    }
}
