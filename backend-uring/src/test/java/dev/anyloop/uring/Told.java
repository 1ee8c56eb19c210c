package dev.anyloop.uring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A program that prints what the provider says of itself: {@code Told [errno [part]]}; io_uring_setup gives that number, by a seccomp
 * filter. With a part io_uring_register gives it when asked for that part, and only to a first thread, which prints a line of its own.
 */
final class Told {

    private static final int PRCTL = System.getProperty("os.arch").equals("amd64") ? 157 : 167;
    private static final int SECCOMP = System.getProperty("os.arch").equals("amd64") ? 317 : 277;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final int ALL_THREADS = 1;

    // instructions of a filter: code, where to go on if true and if not, a value
    private static final long LOAD_NUMBER = 0x20;
    private static final long LOAD_SECOND_ARGUMENT = 0x20L | 24L << 32;
    private static final long SKIP_UNLESS_EQUAL = 0x15L | 1L << 24;
    private static final long SKIP_THREE_UNLESS_EQUAL = 0x15L | 3L << 24;
    private static final long RETURN = 0x06;
    private static final long ERRNO = 0x0005_0000;
    private static final long ALLOW = 0x7fff_0000;

    private Told() {}

    public static void main(String[] args) throws InterruptedException {
        if (args.length == 1) {
            refuse(Integer.parseInt(args[0]));
        } else if (args.length == 2) {
            Thread first = new Thread(() -> {
                refuse(Integer.parseInt(args[0]), Long.parseLong(args[1]));
                System.out.println(new UringEventLoopProvider().availability());
            });
            first.start();
            first.join();
        }
        System.out.println(new UringEventLoopProvider().availability());
        System.out.println(new UringEventLoopProvider().availability().detail().equals(
                new UringEventLoopProvider().availability().detail()) ? "always the same" : "not always the same");
    }

    /** From now on, in this process. */
    private static void refuse(int errno) {
        filter(ALL_THREADS, LOAD_NUMBER,
                SKIP_UNLESS_EQUAL | (long) Libc.IO_URING_SETUP << 32, RETURN | (ERRNO | errno) << 32, RETURN | ALLOW << 32);
    }

    /** From now on, to this thread. */
    private static void refuse(int errno, long part) {
        filter(0, LOAD_NUMBER, SKIP_THREE_UNLESS_EQUAL | (long) Libc.IO_URING_REGISTER << 32,
                LOAD_SECOND_ARGUMENT, SKIP_UNLESS_EQUAL | part << 32, RETURN | (ERRNO | errno) << 32, RETURN | ALLOW << 32);
    }

    private static void filter(int threads, long... instructions) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment program = arena.allocateFrom(ValueLayout.JAVA_LONG, instructions);
            MemorySegment filter = arena.allocateFrom(ValueLayout.JAVA_LONG, instructions.length, program.address());
            Libc libc = new Libc();
            libc.call(PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0);
            int result = libc.call(SECCOMP, SECCOMP_SET_MODE_FILTER, threads, filter.address());
            if (result != 0) {
                System.out.println("no filter: " + Libc.message(-result));
            }
        }
    }
}
