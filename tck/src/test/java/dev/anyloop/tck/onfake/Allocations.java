package dev.anyloop.tck.onfake;

import org.jspecify.annotations.Nullable;

/** Counts what the classes of {@link CountingLoader} allocate, and fails one of them, some in a row, or all from one on. */
public final class Allocations {

    private static final OutOfMemoryError NONE = new OutOfMemoryError("of a scan");

    private static final Lock LOCK = new Lock();

    /** Who counts: a thread, or all others. */
    private static Thread of;
    private static boolean others;
    private static int left = -1;
    private static int failing;
    private static @Nullable String failed;

    private static final class Lock {}

    private Allocations() {}

    /** So many more of this thread succeed, and so many after these do not. */
    public static void failAfter(int allocations, int failures) {
        fail(allocations, failures, false);
    }

    /** So many more of other threads. */
    public static void failElsewhereAfter(int allocations) {
        fail(allocations, 1, true);
    }

    private static void fail(int allocations, int failures, boolean elsewhere) {
        synchronized (LOCK) {
            of = Thread.currentThread();
            others = elsewhere;
            left = allocations;
            failing = failures;
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
            left = --failing > 0 ? 0 : -1;
        }
        throw NONE;
    }
}
