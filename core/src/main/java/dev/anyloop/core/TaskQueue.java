package dev.anyloop.core;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a loop: added by any thread without locks, taken by the loop thread, FIFO for each adding thread. A linked
 * list whose first node has been consumed already; adding swings the tail with one atomic exchange.
 */
final class TaskQueue {

    private static final class Node extends AtomicReference<@Nullable Node> {
        private static final long serialVersionUID = 1L;
        transient @Nullable Runnable task;

        Node(@Nullable Runnable task) {
            this.task = task;
        }
    }

    // loop thread writes; size() reads it elsewhere, where an old value only means a longer walk
    private Node consumed = new Node(null);
    // any thread
    private final AtomicReference<Node> tail = new AtomicReference<>(consumed);
    // loop thread
    private Node batchEnd = consumed;

    /** Any thread. */
    void add(Runnable task) {
        Node node = new Node(task);
        tail.getAndSet(node).setRelease(node);
    }

    boolean isEmpty() {
        return consumed == tail.get();
    }

    /** Makes {@link #next} stop after the tasks that are queued now. */
    void beginBatch() {
        batchEnd = tail.get();
    }

    /** The next task of the batch, or null at its end. */
    @Nullable Runnable next() {
        if (consumed == batchEnd) {
            return null;
        }
        Node next = consumed.getAcquire();
        while (next == null) { // its adder is between the exchange and the link, a few instructions apart
            Thread.onSpinWait();
            next = consumed.getAcquire();
        }
        consumed = next;
        Runnable task = next.task;
        next.task = null;
        return task;
    }

    void clear() {
        beginBatch();
        while (next() != null) {
            // discarded
        }
    }

    /** Any thread; right at some moment during the call. */
    int size() {
        int size = 0;
        for (Node node = consumed.getAcquire(); node != null; node = node.getAcquire()) {
            size++;
        }
        return size;
    }
}
