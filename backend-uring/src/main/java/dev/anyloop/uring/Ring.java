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

    // io_uring_setup
    private static final int CQSIZE = 1 << 3;
    private static final int CLAMP = 1 << 4;
    private static final int SUBMIT_ALL = 1 << 7;
    private static final int TASKRUN_FLAG = 1 << 9;
    private static final int SINGLE_ISSUER = 1 << 12;
    private static final int DEFER_TASKRUN = 1 << 13;

    // struct io_uring_params: entries of both, flags, …, features, …, and where in the memory what is
    private static final int PARAMS_BYTES = 120;
    private static final int COMPLETIONS = 4;
    private static final int FLAGS = 8;
    private static final int FEATURES = 20;
    private static final int SQ_HEAD = 40;
    private static final int SQ_TAIL = 44;
    private static final int SQ_FLAGS = 56;
    private static final int SQ_ARRAY = 64;
    private static final int CQ_HEAD = 80;
    private static final int CQ_TAIL = 84;
    private static final int CQ_ENTRIES = 100;

    // features
    private static final int NODROP = 1 << 1;
    private static final int EXT_ARG = 1 << 8;
    private static final int NO_IOWAIT = 1 << 17;

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

    private static final long REQUESTS_OFFSET = 0x1000_0000;
    private static final int REQUEST_BYTES = 64;
    private static final int COMPLETION_BYTES = 16;

    /** For each request, because one that is repeated completes more than once. */
    private static final int COMPLETIONS_PER_REQUEST = 4;

    private static final int ARGUMENT_BYTES = 24;
    private static final int ARGUMENT = 16; // behind the time
    private static final int ARGUMENTS_TIME = 32;
    private static final long SECOND = 1_000_000_000;

    private static final VarHandle INT = JAVA_INT.varHandle().withInvokeExactBehavior();

    // set once
    private final Libc libc;
    private final Arena arena = Arena.ofShared(); // who takes over from a dead thread closes it
    private final int fd;
    private final MemorySegment queues;
    private final MemorySegment requests;
    private final int entries;
    private final int completionMask;
    private final long headAt;
    private final long tailAt;
    private final long flagsAt;
    private final long completionHeadAt;
    private final long completionTailAt;
    private final long completionsAt;
    private final MemorySegment wait; // how long, and what says where that is
    private final int registered; // −1 if it is not
    private final int enterFlags;
    // one thread
    private int tail;
    private int completionHead;

    /** Opens a ring, which from then on belongs to this thread. */
    Ring(Libc libc, Features features) throws EngineException {
        this.libc = libc;
        int opened = -1;
        try {
            MemorySegment params = arena.allocate(PARAMS_BYTES, 8);
            opened = open(params, features);
            fd = opened;
            entries = params.get(JAVA_INT, 0);
            int completions = params.get(JAVA_INT, COMPLETIONS);
            completionMask = completions - 1;
            headAt = params.get(JAVA_INT, SQ_HEAD);
            tailAt = params.get(JAVA_INT, SQ_TAIL);
            flagsAt = params.get(JAVA_INT, SQ_FLAGS);
            completionHeadAt = params.get(JAVA_INT, CQ_HEAD);
            completionTailAt = params.get(JAVA_INT, CQ_TAIL);
            completionsAt = params.get(JAVA_INT, CQ_ENTRIES);
            long arrayAt = params.get(JAVA_INT, SQ_ARRAY);
            queues = map(0, Math.max(arrayAt + 4L * entries, completionsAt + (long) COMPLETION_BYTES * completions));
            requests = map(REQUESTS_OFFSET, (long) REQUEST_BYTES * entries);
            for (int i = 0; i < entries; i++) { // they are used in their order
                queues.set(JAVA_INT, arrayAt + 4L * i, i);
            }
            wait = arena.allocate(ARGUMENT + ARGUMENT_BYTES, 8);
            registered = features.registeredRing() ? register() : -1;
            enterFlags = ENTER_EXT_ARG | (registered < 0 ? 0 : ENTER_REGISTERED_RING)
                    | ((params.get(JAVA_INT, FEATURES) & NO_IOWAIT) == 0 ? 0 : ENTER_NO_IOWAIT);
        } catch (Throwable e) {
            arena.close();
            if (opened >= 0) {
                libc.close(opened);
            }
            throw e;
        }
    }

    private int open(MemorySegment params, Features features) throws EngineException {
        int flags = CQSIZE | CLAMP | (features.singleIssuer() ? SUBMIT_ALL | TASKRUN_FLAG | SINGLE_ISSUER | DEFER_TASKRUN : 0);
        params.set(JAVA_INT, COMPLETIONS, COMPLETIONS_PER_REQUEST * features.entries());
        params.set(JAVA_INT, FLAGS, flags);
        int opened = Errno.check("io_uring_setup", libc.call(Libc.IO_URING_SETUP, features.entries(), params.address(), 0));
        int needed = NODROP | EXT_ARG;
        if ((params.get(JAVA_INT, FEATURES) & needed) != needed) { // Linux 5.11 has both
            libc.close(opened);
            throw new EngineException(Errno.EINVAL, "io_uring_setup: the kernel is too old for what is needed");
        }
        return opened;
    }

    @SuppressWarnings("restricted") // memory that is the kernel's
    private MemorySegment map(long offset, long bytes) throws EngineException {
        int readWrite = 3;
        int sharedPopulated = 0x8001;
        long address = libc.call(Libc.MMAP, 0, bytes, readWrite, sharedPopulated, fd, offset);
        if (address < 0) {
            throw Errno.failed("mmap", (int) address);
        }
        return MemorySegment.ofAddress(address)
                .reinterpret(bytes, arena, mapped -> libc.call(Libc.MUNMAP, mapped.address(), bytes, 0));
    }

    /** Of the thread, which has room for 16 of them. Returns where it is, or a negative number. */
    private int register() {
        MemorySegment update = arena.allocate(16, 8); // where, any; what
        update.set(JAVA_INT, 0, -1);
        update.set(JAVA_LONG, 8, fd);
        int count = register(REGISTER_RING, update.address(), 1);
        return count == 1 ? update.get(JAVA_INT, 0) : -1;
    }

    /** Memory that lives as long as the ring. */
    MemorySegment allocate(long bytes, long alignment) {
        return arena.allocate(bytes, alignment);
    }

    int fd() {
        return fd;
    }

    boolean isRegistered() {
        return registered >= 0;
    }

    int register(int what, long address, int count) {
        return libc.call(Libc.IO_URING_REGISTER, fd, what, address, count, 0);
    }

    // ---- requests ----

    /**
     * Queues a request; if there is no room for it, submits the others first.
     *
     * @param what an opcode, and how: {@link #SELECT_BUFFER} shifted by 8, or its multishot flag shifted by 16
     * @param special what stands in place of flags
     */
    void add(int what, int target, long address, int length, int special, long userData) throws EngineException {
        if (tail - head() == entries) {
            submit();
        }
        long at = (long) (tail & entries - 1) * REQUEST_BYTES;
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
        return (int) INT.getAcquire(queues, headAt);
    }

    /** Whether there are some that the kernel does not know yet. */
    boolean hasUnsubmitted() {
        return tail != head();
    }

    private void submit() throws EngineException {
        enter(0, 0);
        if (tail - head() == entries) {
            enter(0, ENTER_GETEVENTS); // it may want to get rid of completions first
        }
        if (tail - head() == entries) {
            throw new EngineException(Errno.EBUSY, "io_uring_enter: the kernel takes no requests");
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
        INT.setRelease(queues, tailAt, tail);
        if (nanos > 0) {
            wait.set(JAVA_LONG, 0, nanos / SECOND);
            wait.set(JAVA_LONG, 8, nanos % SECOND);
        }
        wait.set(JAVA_LONG, ARGUMENTS_TIME, nanos > 0 ? wait.address() : 0);
        int number = registered < 0 ? fd : registered;
        long result = libc.call(Libc.IO_URING_ENTER, number, tail - head(), nanos == 0 ? 0 : 1, flags | enterFlags,
                wait.address() + ARGUMENT, ARGUMENT_BYTES);
        if (result < 0 && result != -Errno.ETIME && result != -Errno.EBUSY && !Errno.isTemporary((int) result)) {
            throw Errno.failed("io_uring_enter", (int) result);
        }
    }

    /** Whether the kernel has completions that it shows only when it is entered. */
    boolean holdsBack() {
        return ((int) INT.getAcquire(queues, flagsAt) & (OVERFLOW | TASKRUN)) != 0;
    }

    /** How many completions there are. */
    int completions() {
        return (int) INT.getAcquire(queues, completionTailAt) - completionHead;
    }

    // of the first of them

    long userData() {
        return queues.get(JAVA_LONG, firstAt());
    }

    int result() {
        return queues.get(JAVA_INT, firstAt() + 8);
    }

    int flags() {
        return queues.get(JAVA_INT, firstAt() + 12);
    }

    private long firstAt() {
        return completionsAt + (long) (completionHead & completionMask) * COMPLETION_BYTES;
    }

    /** The first has been read, and its place is the kernel's again. */
    void next() {
        INT.setRelease(queues, completionHeadAt, ++completionHead);
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
        libc.close(fd);
        arena.close();
    }
}
