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

    /** The next of the batch, or null at its end; it stays the next one until it is {@link #done}. */
    @Nullable Runnable next() {
        return batch == 0 ? null : callbacks.peek();
    }

    void done() {
        callbacks.poll();
        batch--;
    }

    void clear() {
        while (!callbacks.isEmpty()) {
            callbacks.poll();
        }
        batch = 0;
    }
}
