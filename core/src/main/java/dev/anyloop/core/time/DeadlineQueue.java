package dev.anyloop.core.time;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A binary heap of deadlines; of equal ones the first added comes first (TIMER-003). Each entry knows its index, so that
 * removing it costs no search (TIMER-013).
 */
public final class DeadlineQueue {

    private Deadline[] heap = new Deadline[16];
    private int size;
    private long nextSequence;

    public void add(Deadline deadline, long atNanos) {
        reserve();
        deadline.atNanos = atNanos;
        deadline.sequence = nextSequence++;
        insert(deadline);
    }

    private void insert(Deadline deadline) {
        siftUp(size, deadline);
        size++; // not sooner: whoever fails above has changed nothing
    }

    /** One that was taken goes back to where it was, which takes no memory if none was added since. */
    public void putBack(Deadline taken) {
        reserve();
        insert(taken);
    }

    /** Makes room for one more, for whoever has something to do in between that must not be in vain. */
    public void reserve() {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
    }

    /** Does nothing if it is not queued. */
    public void remove(Deadline deadline) {
        int hole = deadline.index;
        if (hole < 0) {
            return;
        }
        deadline.index = -1;
        Deadline last = heap[--size];
        heap[size] = null;
        if (last != deadline) {
            siftDown(hole, last);
            if (heap[hole] == last) {
                siftUp(hole, last);
            }
        }
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** When the first one is due; only if there is one. */
    public long firstNanos() {
        return heap[0].atNanos;
    }

    /** What the next deadline added will be numbered. */
    public long nextSequence() {
        return nextSequence;
    }

    /**
     * Takes the first one if it is due and was added before the one numbered {@code before}: what is added during a pass
     * waits for the next, even with the same deadline (TIMER-004).
     */
    public @Nullable Deadline takeDue(long nowNanos, long before) {
        if (size == 0 || heap[0].atNanos > nowNanos || heap[0].sequence >= before) {
            return null;
        }
        Deadline first = heap[0];
        remove(first);
        return first;
    }

    public void clear() {
        for (int i = 0; i < size; i++) {
            heap[i].index = -1;
            heap[i].dropped();
        }
        Arrays.fill(heap, 0, size, null);
        size = 0;
    }

    private void siftUp(int from, Deadline deadline) {
        int hole = from;
        while (hole > 0) {
            Deadline parent = heap[(hole - 1) >>> 1];
            if (!before(deadline, parent)) {
                break;
            }
            put(hole, parent);
            hole = (hole - 1) >>> 1;
        }
        put(hole, deadline);
    }

    private void siftDown(int from, Deadline deadline) {
        int hole = from;
        for (int child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
            if (child + 1 < size && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (!before(heap[child], deadline)) {
                break;
            }
            put(hole, heap[child]);
            hole = child;
        }
        put(hole, deadline);
    }

    private void put(int index, Deadline deadline) {
        heap[index] = deadline;
        deadline.index = index;
    }

    private static boolean before(Deadline a, Deadline b) {
        return a.atNanos < b.atNanos || (a.atNanos == b.atNanos && a.sequence < b.sequence);
    }
}
