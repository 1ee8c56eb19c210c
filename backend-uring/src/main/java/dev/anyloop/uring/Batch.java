package dev.anyloop.uring;

import dev.anyloop.core.transport.EngineException;

/**
 * What is sent while core is told what one entering of the kernel has shown. As long as there is more to tell, small sends wait in the ring
 * and are handed over together, by the next entering: so the answers of many cost one system call, and the code of the kernel and that of
 * the callbacks take turns by the batch. What is sent last, when nothing else waits, is a system call, and so is what is sent outside.
 *
 * <p>All are handed over before the poll is over (SEAM-014), and sooner after a callback that took long: so that one holds back no
 * more than what was answered by the quick ones just before it.
 */
final class Batch {

    /** More than that is worth a system call of its own. */
    private static final int MOST_BYTES = 4096;

    private static final long LONG_NANOS = 100_000;

    // set once
    private final Handles handles;
    private final int mostHandles;
    // loop thread
    private boolean telling;
    private int left; // to be told
    private int waiting;
    private long lookedNanos;

    /** @param mostHandles how many a poll can tell of: of more, none is told a second time in a poll, as of what it has sent */
    Batch(Handles handles, int mostHandles) {
        this.handles = handles;
        this.mostHandles = mostHandles;
    }

    /** The kernel has been entered, and has shown so many. */
    void begins(int completions) {
        telling = handles.size() <= mostHandles;
        left = completions;
        waiting = 0;
        if (left > 1) {
            lookedNanos = System.nanoTime();
        }
    }

    /** Whether so many bytes are to be sent by the ring, now. */
    boolean takes(int bytes) {
        return telling && bytes <= MOST_BYTES && (waiting > 0 || left > 1);
    }

    /** They are in the ring. */
    void taken() {
        waiting++;
    }

    /** One of the completions has been told. */
    void told(Ring ring) throws EngineException {
        left--;
        if (waiting > 0) {
            long now = System.nanoTime();
            if (now - lookedNanos > LONG_NANOS) {
                waiting = 0;
                ring.submit();
            }
            lookedNanos = now;
        }
    }

    /** The poll is over. */
    void ends(Ring ring) throws EngineException {
        telling = false;
        if (ring.hasUnsubmitted()) {
            ring.submit();
        }
    }
}
