package dev.anyloop.tck.onfake;

import org.jspecify.annotations.Nullable;

/** Counts what the classes of {@link CountingLoader} allocate, and fails one of them, or all from one on. */
public final class Allocations {

    private static final OutOfMemoryError NONE = new OutOfMemoryError("of a scan");

    private static final Lock LOCK = new Lock();

    /** Who counts: a thread, or all others. */
    private static Thread of;
    private static boolean others;
    private static int left = -1;
    private static boolean forGood;
    private static @Nullable String failed;

    private static final class Lock {}

    private Allocations() {}

    /** So many more of this thread succeed. */
    public static void failAfter(int allocations, boolean andAllLater) {
        fail(allocations, andAllLater, false);
    }

    /** So many more of other threads. */
    public static void failElsewhereAfter(int allocations) {
        fail(allocations, false, true);
    }

    private static void fail(int allocations, boolean andAllLater, boolean elsewhere) {
        synchronized (LOCK) {
            of = Thread.currentThread();
            others = elsewhere;
            left = allocations;
            forGood = andAllLater;
            failed = null;
        }
    }

    /** Where the first of them failed, or null if none did; none does any more. */
    public static @Nullable String stopFailing() {
        synchronized (LOCK) {
            left = -1;
            return failed;
        }
    }

    /** Called before each. */
    public static void take() {
        synchronized (LOCK) {
            if (left < 0 || others == (Thread.currentThread() == of)) {
                return;
            } else if (left > 0) {
                left--;
                return;
            } else if (failed == null) {
                failed = new Throwable().getStackTrace()[1].toString();
            }
            left = forGood ? 0 : -1;
        }
        throw NONE;
    }
}
