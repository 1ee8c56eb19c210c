package dev.anyloop.tck.run;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.function.Executable;

/** The first thing that went wrong; what follows is attached to it. Safe from any thread. */
public final class Failure {

    private @Nullable Throwable first;

    public synchronized void add(Throwable thrown) {
        if (first == null) {
            first = thrown;
        } else if (first != thrown) {
            first.addSuppressed(thrown);
        }
    }

    public synchronized boolean happened() {
        return first != null;
    }

    public void catching(Executable step) {
        try {
            step.execute();
        } catch (Throwable e) {
            add(e);
        }
    }

    public synchronized void rethrow() {
        if (first != null) {
            sneak(first);
        }
    }

    /** The test sees what was thrown, not a wrapper of it; an aborted one stays an aborted one. */
    public static void sneak(Throwable thrown) {
        Failure.<RuntimeException>unchecked(thrown);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void unchecked(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
