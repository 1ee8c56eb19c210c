package dev.anyloop.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.anyloop.core.transport.EngineException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The memory that a {@link Ring} shares with the kernel, and what is where in it. */
final class Queues {

    static final int REQUEST_BYTES = 64;
    static final int COMPLETION_BYTES = 16;

    /** For each request, because one that is repeated completes more than once. */
    private static final int COMPLETIONS_PER_REQUEST = 4;

    // io_uring_setup
    private static final int CQSIZE = 1 << 3;
    private static final int CLAMP = 1 << 4;
    private static final int SUBMIT_ALL = 1 << 7;
    private static final int TASKRUN_FLAG = 1 << 9;
    private static final int SINGLE_ISSUER = 1 << 12;
    private static final int DEFER_TASKRUN = 1 << 13;

    // struct io_uring_params: entries of both, flags, …, features, …, and where in the memory what is
    static final int PARAMS_BYTES = 120;
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

    private static final long REQUESTS_OFFSET = 0x1000_0000;

    // all set once
    private final Libc libc;
    final int fd;
    final MemorySegment shared;
    final MemorySegment requests;
    final int entries;
    final int completionMask;
    final long headAt;
    final long tailAt;
    final long flagsAt;
    final long completionHeadAt;
    final long completionTailAt;
    final long completionsAt;
    final boolean noIowait; // the kernel can be told that a wait is none for a disk

    /**
     * Opens a ring, which from then on belongs to this thread.
     *
     * @param arena when it is closed, the memory is given back
     */
    Queues(Libc libc, Arena arena, Features features) throws EngineException {
        this.libc = libc;
        MemorySegment params = arena.allocate(PARAMS_BYTES, 8);
        fd = open(params, features);
        try {
            entries = params.get(JAVA_INT, 0);
            int completions = params.get(JAVA_INT, COMPLETIONS);
            completionMask = completions - 1;
            headAt = params.get(JAVA_INT, SQ_HEAD);
            tailAt = params.get(JAVA_INT, SQ_TAIL);
            flagsAt = params.get(JAVA_INT, SQ_FLAGS);
            completionHeadAt = params.get(JAVA_INT, CQ_HEAD);
            completionTailAt = params.get(JAVA_INT, CQ_TAIL);
            completionsAt = params.get(JAVA_INT, CQ_ENTRIES);
            noIowait = (params.get(JAVA_INT, FEATURES) & NO_IOWAIT) != 0;
            long arrayAt = params.get(JAVA_INT, SQ_ARRAY);
            long bytes = Math.max(arrayAt + 4L * entries, completionsAt + (long) COMPLETION_BYTES * completions);
            shared = map(arena, 0, bytes);
            requests = map(arena, REQUESTS_OFFSET, (long) REQUEST_BYTES * entries);
            for (int i = 0; i < entries; i++) { // they are used in their order
                shared.set(JAVA_INT, arrayAt + 4L * i, i);
            }
        } catch (Throwable e) {
            libc.close(fd);
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
    private MemorySegment map(Arena arena, long offset, long bytes) throws EngineException {
        int readWrite = 3;
        int sharedPopulated = 0x8001;
        long address = libc.call(Libc.MMAP, 0, bytes, readWrite, sharedPopulated, fd, offset);
        if (address < 0) {
            throw Errno.failed("mmap", (int) address);
        }
        return MemorySegment.ofAddress(address)
                .reinterpret(bytes, arena, mapped -> libc.call(Libc.MUNMAP, mapped.address(), bytes, 0));
    }
}
