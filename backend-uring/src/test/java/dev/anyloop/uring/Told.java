package dev.anyloop.uring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A program that prints what the provider says of itself: {@code Told [errno]}; io_uring_setup gives that number, by a seccomp filter. */
final class Told {

    private static final int PRCTL = System.getProperty("os.arch").equals("amd64") ? 157 : 167;
    private static final int SECCOMP = System.getProperty("os.arch").equals("amd64") ? 317 : 277;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final int ALL_THREADS = 1;

    // instructions of a filter: code, where to go on if true and if not, a value
    private static final long LOAD_NUMBER = 0x20;
    private static final long SKIP_UNLESS_EQUAL = 0x15L | 1L << 24;
    private static final long RETURN = 0x06;
    private static final long ERRNO = 0x0005_0000;
    private static final long ALLOW = 0x7fff_0000;

    private Told() {}

    public static void main(String[] args) {
        if (args.length > 0) {
            refuse(Integer.parseInt(args[0]));
        }
        System.out.println(new UringEventLoopProvider().availability());
        System.out.println(new UringEventLoopProvider().availability().detail().equals(
                new UringEventLoopProvider().availability().detail()) ? "always the same" : "not always the same");
    }

    /** From now on, in this process. */
    private static void refuse(int errno) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment program = arena.allocateFrom(ValueLayout.JAVA_LONG, LOAD_NUMBER,
                    SKIP_UNLESS_EQUAL | (long) Libc.IO_URING_SETUP << 32, RETURN | (ERRNO | errno) << 32, RETURN | ALLOW << 32);
            MemorySegment filter = arena.allocateFrom(ValueLayout.JAVA_LONG, 4, program.address());
            Libc libc = new Libc();
            libc.call(PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0);
            int result = libc.call(SECCOMP, SECCOMP_SET_MODE_FILTER, ALL_THREADS, filter.address());
            if (result != 0) {
                System.out.println("no filter: " + Libc.message(-result));
            }
        }
    }
}
