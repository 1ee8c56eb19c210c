package dev.anyloop.tck.rules;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Those of a process that nobody else is to have. */
final class TakenDescriptors {

    private final Deque<Closeable> taken = new ArrayDeque<>();

    /**
     * Takes all that are free.
     *
     * @return how many
     */
    int takeAll() {
        int before = taken.size();
        try {
            while (true) {
                taken.push(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) {
            return taken.size() - before;
        }
    }

    /** Gives some back. */
    void free(int count) {
        try {
            for (int i = 0; i < count; i++) {
                taken.pop().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void freeAll() {
        free(taken.size());
    }
}
