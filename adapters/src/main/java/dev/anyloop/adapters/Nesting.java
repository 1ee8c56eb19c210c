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

    /** At once, or before the outermost call returns. */
    void run(Runnable task) {
        if (depth == DEEPEST) {
            later().add(task);
            return;
        }
        depth++;
        try {
            task.run();
            while (depth == 1 && later != null && !later.isEmpty()) {
                later.remove().run();
            }
        } finally {
            depth--;
        }
    }

    private Queue<Runnable> later() {
        if (later == null) {
            later = new ArrayDeque<>();
        }
        return later;
    }
}
