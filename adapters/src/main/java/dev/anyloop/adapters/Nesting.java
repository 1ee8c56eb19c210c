package dev.anyloop.adapters;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * How deep dependants run within each other. A future that is given an executor runs its dependants' dependants inside of it, and so on:
 * so a long chain would take more stack than there is. Of the loop thread.
 */
final class Nesting {

    private static final int DEEPEST = 100;

    private int depth;
    private @Nullable Queue<Runnable> later; // what would have been deeper

    /** At once, or before the outermost call returns. What one throws keeps none of the others from running, and is thrown then. */
    void run(Runnable task) {
        if (depth == DEEPEST) {
            later().add(task);
            return;
        }
        Throwable thrown = null;
        depth++;
        try {
            for (Runnable next = task; next != null; next = depth == 1 && later != null ? later.poll() : null) {
                try {
                    next.run();
                } catch (RuntimeException | Error e) {
                    thrown = first(thrown, e);
                }
            }
        } finally {
            depth--; // the stack may be too short for the little that is called here
        }
        if (thrown instanceof Error error) {
            throw error;
        } else if (thrown != null) {
            throw (RuntimeException) thrown;
        }
    }

    private static Throwable first(@Nullable Throwable before, Throwable thrown) {
        if (before != null && before != thrown) {
            before.addSuppressed(thrown);
        }
        return before != null ? before : thrown;
    }

    private Queue<Runnable> later() {
        if (later == null) {
            later = new ArrayDeque<>();
        }
        return later;
    }
}
