package dev.anyloop.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.anyloop.core.transport.EngineException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends a wait from any thread: by a message to the ring, which needs no descriptor, or else through an eventfd that the ring reads.
 * The kernel is troubled only when there is a wait to end:
 *
 * <pre>
 * RUNNING ──beforeWait──▶ WAITING (wakeup signals)
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

    private static final int SEND_MESSAGE = 31; // of io_uring_register, to a ring of which no other is known
    private static final int CLOSE_ON_EXEC = 0x8_0000;

    // any thread
    private final AtomicInteger state = new AtomicInteger(RUNNING);
    private final int ring; // −1 if there is an eventfd
    private final Libc libc = new Libc(); // guarded by this
    private final MemorySegment memory = Arena.ofAuto().allocate(64, 8); // guarded by this: a request, or a count
    private final MemorySegment count = Arena.ofAuto().allocate(8, 8); // of the eventfd, as the ring reads it
    private int eventfd = -1; // guarded by this
    private boolean closed; // guarded by this

    // loop thread
    private boolean reading;

    Wakeup(Ring ring, Features features) throws EngineException {
        this.ring = features.messageRing() ? ring.fd() : -1;
        if (!features.messageRing()) {
            eventfd = Errno.check("eventfd", libc.call(Libc.EVENTFD2, 0, CLOSE_ON_EXEC, 0));
        }
    }

    /**
     * Has a completion appear in a ring, with {@link UringTransport#WAKEUP} as its user data.
     *
     * @param request memory for one
     */
    static int sendMessage(Libc libc, int ring, MemorySegment request) {
        request.set(JAVA_LONG, 0, Ring.MSG_RING | (long) ring << 32);
        request.set(JAVA_LONG, 8, UringTransport.WAKEUP);
        return libc.call(Libc.IO_URING_REGISTER, -1, SEND_MESSAGE, request.address(), 1, 0);
    }

    void wakeup() {
        if (!state.compareAndSet(RUNNING, WOKEN) && state.get() == WAITING) {
            signal();
        }
    }

    /** Locked, because the wait may be over and the loop be closing: the number is somebody else's then. */
    private synchronized void signal() {
        if (closed) {
            return;
        }
        int result;
        do {
            result = ring >= 0 ? sendMessage(libc, ring, memory) : write();
        } while (Errno.isTemporary(result));
        if (result < 0) { // so the caller knows, and the next one tries again (SEAM-009)
            throw new IllegalStateException("the loop cannot be woken: " + Libc.message(-result));
        }
    }

    private int write() {
        memory.set(JAVA_LONG, 0, 1);
        return libc.call(Libc.WRITE, eventfd, memory.address(), 8);
    }

    /** Loop thread. Returns how long to wait after all: not at all if somebody has called already. */
    long beforeWait(long timeoutNanos) {
        return timeoutNanos != 0 && state.compareAndSet(RUNNING, WAITING) ? timeoutNanos : 0;
    }

    /** Loop thread. Whoever called until now has been obeyed, for the wait is over. */
    void afterWait() {
        state.set(RUNNING);
    }

    /** Loop thread, before a wait: has the ring read the eventfd. */
    void listen(Ring ring) throws EngineException {
        if (eventfd >= 0 && !reading) {
            ring.add(Ring.READ, eventfd, count.address(), 8, 0, UringTransport.WAKEUP);
            reading = true;
        }
    }

    /** Loop thread. */
    void heard() {
        reading = false;
    }

    /** Once, before the ring is closed. */
    synchronized void close() {
        closed = true;
        if (eventfd >= 0) {
            libc.close(eventfd);
        }
    }
}
