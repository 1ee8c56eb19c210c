package dev.anyloop.core.transport;

import org.jspecify.annotations.Nullable;

/**
 * First in, first out, for handles that wait to be told. Not an {@link java.util.ArrayDeque}: that one looks empty for ever
 * after it found no memory to grow, and every release in it would be lost (RES-008). One thread.
 *
 * @param <E> what waits
 */
public final class Fifo<E> {

    private @Nullable Object[] ring = new Object[16]; // a power of two
    private int first;
    private int size;

    /** Empty, with room for a few. */
    public Fifo() {}

    /**
     * Adds one at the end; if there is no memory for it, nothing has changed.
     *
     * @param element the one that comes last now
     */
    public void add(E element) {
        makeRoom(size + 1);
        ring[place(size)] = element;
        size++;
    }

    /**
     * Sees to it that no {@link #add} up to so many elements needs memory.
     *
     * @param count how many, with those that are there
     */
    public void makeRoom(int count) {
        if (count > ring.length) {
            grow(Integer.highestOneBit(count - 1) << 1);
        }
    }

    private void grow(int length) {
        @Nullable Object[] larger = new Object[length];
        for (int i = 0; i < size; i++) {
            larger[i] = ring[place(i)];
        }
        ring = larger;
        first = 0;
    }

    private int place(int number) {
        return first + number & ring.length - 1;
    }

    /**
     * Tells the first.
     *
     * @return the one that was there longest, or null if there is none
     */
    @SuppressWarnings("unchecked") // only add puts something in
    public @Nullable E peek() {
        return size == 0 ? null : (E) ring[first];
    }

    /**
     * Takes the first away.
     *
     * @return the one that was there longest, or null if there is none
     */
    @SuppressWarnings("unchecked") // only add puts something in
    public @Nullable E poll() {
        if (size == 0) {
            return null;
        }
        E oldest = (E) ring[first];
        ring[first] = null;
        first = place(1);
        size--;
        return oldest;
    }

    /**
     * Tells how many there are.
     *
     * @return their number
     */
    public int size() {
        return size;
    }

    /**
     * Tells whether there is none.
     *
     * @return true if {@link #poll} has nothing to give
     */
    public boolean isEmpty() {
        return size == 0;
    }
}
