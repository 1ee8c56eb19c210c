package dev.anyloop.uring;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is open, by the numbers that requests have as their user data. A number that is used again is not the same one. */
final class Handles {

    private static final int FIRST_SIZE = 64;
    private static final int GENERATION_SHIFT = 32;
    private static final int PLACE_SHIFT = 2;

    /** The bits of user data that say what it was that has completed. */
    static final int KIND = 3;

    // loop thread
    private @Nullable UringHandle[] handles = new UringHandle[FIRST_SIZE];
    private int[] free = new int[FIRST_SIZE]; // places that were used, the last one first
    private int freeCount;
    private int placesUsed;
    private int generation;

    /** A number for one more, divisible by four and not negative. Nothing has changed if there is no memory for it. */
    long add(UringHandle handle) {
        if (freeCount == 0 && placesUsed == handles.length) {
            int[] moreFree = Arrays.copyOf(free, 2 * free.length);
            handles = Arrays.copyOf(handles, 2 * handles.length);
            free = moreFree;
        }
        int place = freeCount > 0 ? free[--freeCount] : placesUsed++;
        handles[place] = handle;
        generation = generation + 1 & Integer.MAX_VALUE;
        return (long) generation << GENERATION_SHIFT | (long) place << PLACE_SHIFT;
    }

    void remove(long id) {
        int place = place(id);
        handles[place] = null;
        free[freeCount++] = place;
    }

    /** By the user data of one of its requests. Null if it is open no more. */
    @Nullable UringHandle find(long userData) {
        UringHandle handle = handles[place(userData)];
        return handle != null && handle.id() == (userData & ~KIND) ? handle : null;
    }

    /** By which number what belongs to a handle may be found: small, and used again. */
    static int place(long id) {
        return (int) id >>> PLACE_SHIFT;
    }

    /** How many places there are when one more has been added. */
    int placesWithOneMore() {
        return freeCount > 0 ? placesUsed : placesUsed + 1;
    }

    int size() {
        return placesUsed - freeCount;
    }

    /** @param action may remove the one it is given; it needs no memory to be asked */
    void each(Consumer<UringHandle> action) {
        for (int place = 0; place < placesUsed; place++) {
            UringHandle handle = handles[place];
            if (handle != null) {
                action.accept(handle);
            }
        }
    }
}
