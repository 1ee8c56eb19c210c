package dev.anyloop.libevent;

import dev.anyloop.libevent.Libevent.EventCallback;
import java.util.Arrays;

/**
 * Who is ready after a wait, by id, and for what: written by the one callback libevent has, read when the wait is over.
 *
 * <p>It counts as full when it has a batch, as many as libevent asks epoll for, which begins at 32 and doubles whenever it
 * was filled: then there may be more. By poll all come at once, in an order by chance, and so all are noted: of those left
 * out some might be left out the next time too (SEAM-008).
 */
final class ReadyList {

    private static final ThreadLocal<ReadyList> WAITING = new ThreadLocal<>();

    /** Static and so never collected, which libevent's pointer to it would not prevent. */
    static final EventCallback NOTE = (fd, what, id) -> WAITING.get().note(what, id);

    private static final int FIRST_BATCH = 32;
    private static final int LAST_BATCH = 4096;

    private long[] ids = new long[FIRST_BATCH];
    private byte[] whats = new byte[FIRST_BATCH];
    private int batch = FIRST_BATCH;
    private int size;

    /** Prepares for a wait of this thread. */
    void clear() {
        if (isFull() && batch < LAST_BATCH) {
            batch *= 2;
        }
        size = 0;
        if (WAITING.get() != this) { // more than one loop may live on a thread
            WAITING.set(this);
        }
    }

    /** A descriptor's two events come one after the other, and count as one, as they did in the kernel's batch. */
    private void note(short what, long id) {
        if (what == Libevent.EV_TIMEOUT) {
            return; // it has ended the wait, which is all it is for
        }
        if (size > 0 && ids[size - 1] == id) {
            whats[size - 1] |= (byte) what;
            return;
        }
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, 2 * size);
            whats = Arrays.copyOf(whats, 2 * size);
        }
        ids[size] = id;
        whats[size++] = (byte) what;
    }

    int size() {
        return size;
    }

    long id(int index) {
        return ids[index];
    }

    int what(int index) {
        return whats[index];
    }

    boolean isFull() {
        return size >= batch;
    }

    /** The thread outlives the loop. */
    void close() {
        WAITING.remove();
    }
}
