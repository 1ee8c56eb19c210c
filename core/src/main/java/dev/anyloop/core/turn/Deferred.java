package dev.anyloop.core.turn;

import org.jspecify.annotations.Nullable;

/**
 * What waits for the deferred phase, first in, first out. Not an {@link java.util.ArrayDeque}: that one looks empty for ever
 * after it found no memory to grow, and every completion, error and close in it would be lost.
 */
final class Deferred {

    private @Nullable Runnable[] ring = new Runnable[16]; // a power of two
    private int first;
    private int size;
    private int batch;

    /** In an order that loses nothing whatever fails. */
    void add(Runnable callback) {
        if (size == ring.length) {
            grow();
        }
        ring[place(size)] = callback;
        size++;
    }

    private void grow() {
        @Nullable Runnable[] larger = new Runnable[2 * ring.length];
        for (int i = 0; i < size; i++) {
            larger[i] = ring[place(i)];
        }
        ring = larger;
        first = 0;
    }

    private int place(int number) {
        return first + number & ring.length - 1;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Makes {@link #next} stop after those that are there now. */
    void beginBatch() {
        batch = size;
    }

    /** The next of the batch, or null at its end. */
    @Nullable Runnable next() {
        if (batch == 0) {
            return null;
        }
        Runnable next = ring[first];
        ring[first] = null;
        first = place(1);
        size--;
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
