package dev.anyloop.libevent;

import dev.anyloop.core.transport.EngineException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends a wait from any thread, through an eventfd. The kernel is troubled only when there is a wait to end:
 *
 * <pre>
 * RUNNING ──beforeWait──▶ WAITING (wakeup writes)
 *    │  ▲─────afterWait──────┘
 *    │  ▲─────afterWait──────┐
 *    └───────wakeup───────▶ WOKEN (the next wait is none)
 * </pre>
 *
 * <p>Nobody notes that a wait has been ended, for whoever did might lack the memory or the stack to end it.
 */
final class Wakeup {

    private static final int RUNNING = 0;
    private static final int WAITING = 1;
    private static final int WOKEN = 2;

    // Any thread.
    private final AtomicInteger state = new AtomicInteger(RUNNING);
    private int fd; // guarded by this; −1 when closed

    Wakeup() throws EngineException {
        fd = Libc.eventfd(0, Libc.EFD_NONBLOCK | Libc.EFD_CLOEXEC);
        if (fd == -1) {
            throw Errno.failed("eventfd");
        }
    }

    int fd() {
        return fd;
    }

    void wakeup() {
        if (!state.compareAndSet(RUNNING, WOKEN) && state.get() == WAITING) {
            signal();
        }
    }

    /** Locked, because the wait may be over and the loop be closing: the number is somebody else's then. */
    private synchronized void signal() {
        while (fd != -1 && Libc.eventfd_write(fd, 1) == -1 && Errno.last() == Errno.EINTR) {
            // again
        }
    }

    /** Loop thread. Returns how long to wait after all: not at all if somebody has called already. */
    long beforeWait(long timeoutNanos) {
        return timeoutNanos != 0 && state.compareAndSet(RUNNING, WAITING) ? timeoutNanos : 0;
    }

    /** Loop thread. Whoever called until now has been obeyed, for the wait is over. */
    void afterWait() {
        state.set(RUNNING);
    }

    /** Loop thread. Makes the eventfd unready; the memory takes the eight bytes of its count. */
    void drain(long memory) {
        Libc.eventfd_read(fd, memory);
    }

    synchronized void close() {
        if (fd != -1) {
            Libc.close(fd);
            fd = -1;
        }
    }
}
