package dev.anyloop.sim;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.util.BitSet;

/**
 * Keeps a thread, and those that it starts meanwhile, on one processor: who takes turns need not wake another processor each
 * time, which takes longer than most turns do. Each process of the build has one of its own, as far as there are enough.
 */
final class OneProcessor {

    private static final boolean KNOWN = System.getProperty("os.name").equals("Linux");
    private static final byte[] ALL = new byte[128];
    private static final byte[] ONE = new byte[ALL.length];

    static {
        if (KNOWN) {
            Native.register(OneProcessor.class, NativeLibrary.getProcess());
            sched_getaffinity(0, ALL.length, ALL);
            int[] processors = BitSet.valueOf(ALL).stream().toArray();
            int mine = processors[Integer.getInteger("surefire.forkNumber", 1) % processors.length];
            ONE[mine / Byte.SIZE] = (byte) (1 << mine % Byte.SIZE);
        }
    }

    private OneProcessor() {}

    private static native int sched_getaffinity(int thread, long size, byte[] set);

    private static native int sched_setaffinity(int thread, long size, byte[] set);

    /** The calling thread, from now on. */
    static void keep() {
        use(ONE);
    }

    /** The calling thread, no longer. */
    static void leave() {
        use(ALL);
    }

    private static void use(byte[] set) {
        if (KNOWN) {
            sched_setaffinity(0, set.length, set);
        }
    }
}
