package dev.anyloop.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.anyloop.core.transport.EngineException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/** The two queues that are shared with the kernel, of requests and of completions. Of one thread. */
final class Ring {

    // requests
    static final int POLL_ADD = 6;
    static final int ACCEPT = 13;
    static final int ASYNC_CANCEL = 14;
    static final int READ = 22;
    static final int SEND = 26;
    static final int RECEIVE = 27;
    static final int MSG_RING = 40;

    /** With {@link #RECEIVE}: the kernel shall choose the memory, of a {@link BufferRing}. */
    static final int SELECT_BUFFER = 1 << 5;

    static final int ACCEPT_MULTISHOT = 1;
    static final int RECEIVE_MULTISHOT = 1 << 1;

    // completions
    static final int HAS_BUFFER = 1;
    static final int MORE_FOLLOWS = 1 << 1;
    static final int BUFFER_GOES_ON = 1 << 4;
    static final int BUFFER_SHIFT = 16;

    // io_uring_enter
    private static final int ENTER_GETEVENTS = 1;
    private static final int ENTER_EXT_ARG = 1 << 3;
    private static final int ENTER_REGISTERED_RING = 1 << 4;
    private static final int ENTER_NO_IOWAIT = 1 << 7;

    // io_uring_register
    private static final int REGISTER_RING = 20;
    private static final int UNREGISTER_RING = 21;

    // what the kernel says in the flags of the queue of requests
    private static final int OVERFLOW = 1 << 1;
    private static final int TASKRUN = 1 << 2;

    private static final int ARGUMENT_BYTES = 24;
    private static final int ARGUMENT = 16; // behind the time
    private static final int ARGUMENTS_TIME = 32;
    private static final long SECOND = 1_000_000_000;

    private static final VarHandle INT = JAVA_INT.varHandle().withInvokeExactBehavior();

    // set once
    private final Libc libc;
    private final Arena arena = Arena.ofShared(); // who takes over from a dead thread closes it
    final Queues queues;
    private final MemorySegment wait; // how long, and what says where that is
    private final int registered; // a negative number if it is not
    private final int enterFlags;
    // one thread
    private int tail;
    private int completionHead;

    /** Opens a ring, which from then on belongs to this thread. */
    Ring(Libc libc, Features features) throws EngineException {
        this.libc = libc;
        Queues opened = null;
        try {
            opened = new Queues(libc, arena, features);
            queues = opened;
            wait = arena.allocate(ARGUMENT + ARGUMENT_BYTES, 8);
            registered = features.registeredRing() ? register() : -1;
            enterFlags = ENTER_EXT_ARG | (registered < 0 ? 0 : ENTER_REGISTERED_RING) | (queues.noIowait ? ENTER_NO_IOWAIT : 0);
        } catch (Throwable e) {
            arena.close();
            if (opened != null) {
                libc.close(opened.fd);
            }
            throw e;
        }
    }

    /** Of the thread, which has room for 16 of them. Returns where it is, or a negative number. */
    private int register() {
        MemorySegment update = arena.allocate(16, 8); // where, any; what
        update.set(JAVA_INT, 0, -1);
        update.set(JAVA_LONG, 8, queues.fd);
        int count = register(REGISTER_RING, update.address(), 1);
        return count == 1 ? update.get(JAVA_INT, 0) : Math.min(count, -1);
    }

    /** Memory that lives as long as the ring. */
    MemorySegment allocate(long bytes, long alignment) {
        return arena.allocate(bytes, alignment);
    }

    int fd() {
        return queues.fd;
    }

    /** Where it is registered; if it is not, a negative number, of an error if it was to be. */
    int registration() {
        return registered;
    }

    int register(int what, long address, int count) {
        return libc.call(Libc.IO_URING_REGISTER, queues.fd, what, address, count, 0);
    }

    // ---- requests ----

    /**
     * Queues a request; if there is no room for it, submits the others first.
     *
     * @param what an opcode, and how: {@link #SELECT_BUFFER} shifted by 8, or its multishot flag shifted by 16
     * @param special what stands in place of flags
     */
    void add(int what, int target, long address, int length, int special, long userData) throws EngineException {
        if (tail - head() == queues.entries) {
            submit();
            if (tail - head() == queues.entries) {
                throw new EngineException(Errno.EBUSY, "io_uring_enter: the kernel takes no requests");
            }
        }
        MemorySegment requests = queues.requests;
        long at = (long) (tail & queues.entries - 1) * Queues.REQUEST_BYTES;
        requests.set(JAVA_LONG, at, Integer.toUnsignedLong(what) | (long) target << 32);
        requests.set(JAVA_LONG, at + 8, 0);
        requests.set(JAVA_LONG, at + 16, address);
        requests.set(JAVA_LONG, at + 24, Integer.toUnsignedLong(length) | (long) special << 32);
        requests.set(JAVA_LONG, at + 32, userData);
        requests.set(JAVA_LONG, at + 40, 0); // the only group of buffers
        requests.set(JAVA_LONG, at + 48, 0);
        requests.set(JAVA_LONG, at + 56, 0);
        tail++;
    }

    private int head() {
        return (int) INT.getAcquire(queues.shared, queues.headAt);
    }

    /** Whether there are some that the kernel does not know yet. */
    boolean hasUnsubmitted() {
        return tail != head();
    }

    /** Hands over what is queued. */
    void submit() throws EngineException {
        enter(0, 0);
        if (hasUnsubmitted()) {
            enter(0, ENTER_GETEVENTS); // it may want to get rid of completions first
        }
    }

    // ---- completions ----

    /**
     * Submits what is queued, and waits for a completion.
     *
     * @param nanos the longest wait; none if 0, without limit if negative
     */
    void enter(long nanos) throws EngineException {
        enter(nanos, ENTER_GETEVENTS);
    }

    private void enter(long nanos, int flags) throws EngineException {
        INT.setRelease(queues.shared, queues.tailAt, tail);
        if (nanos > 0) {
            wait.set(JAVA_LONG, 0, nanos / SECOND);
            wait.set(JAVA_LONG, 8, nanos % SECOND);
        }
        wait.set(JAVA_LONG, ARGUMENTS_TIME, nanos > 0 ? wait.address() : 0);
        int number = registered < 0 ? queues.fd : registered;
        long result = libc.call(Libc.IO_URING_ENTER, number, tail - head(), nanos == 0 ? 0 : 1, flags | enterFlags,
                wait.address() + ARGUMENT, ARGUMENT_BYTES);
        if (result < 0 && result != -Errno.ETIME && result != -Errno.EBUSY && !Errno.isTemporary((int) result)) {
            throw Errno.failed("io_uring_enter", (int) result);
        }
    }

    /** Whether the kernel has completions that it shows only when it is entered. */
    boolean holdsBack() {
        return ((int) INT.getAcquire(queues.shared, queues.flagsAt) & (OVERFLOW | TASKRUN)) != 0;
    }

    /** How many completions there are. */
    int completions() {
        return (int) INT.getAcquire(queues.shared, queues.completionTailAt) - completionHead;
    }

    // of the first of them

    long userData() {
        return queues.shared.get(JAVA_LONG, firstAt());
    }

    int result() {
        return queues.shared.get(JAVA_INT, firstAt() + 8);
    }

    int flags() {
        return queues.shared.get(JAVA_INT, firstAt() + 12);
    }

    private long firstAt() {
        return queues.completionsAt + (long) (completionHead & queues.completionMask) * Queues.COMPLETION_BYTES;
    }

    /** The first has been read, and its place is the kernel's again. */
    void next() {
        INT.setRelease(queues.shared, queues.completionHeadAt, ++completionHead);
    }

    /**
     * Gives everything back; what is in flight ends a moment later.
     *
     * @param byOwner where it is registered is a matter of the thread: the same number may be another ring to others
     */
    void close(boolean byOwner) {
        if (registered >= 0 && byOwner) { // else it stays open, and with it what is in flight
            wait.set(JAVA_LONG, 0, registered); // in memory that is there: there may be no more
            wait.set(JAVA_LONG, 8, 0);
            register(UNREGISTER_RING, wait.address(), 1);
        }
        libc.close(queues.fd);
        arena.close();
    }
}
