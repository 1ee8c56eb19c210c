package dev.anyloop.tck;

import org.jspecify.annotations.Nullable;

/** The first thing that went wrong; what follows is attached to it. Safe from any thread. */
final class Failure {

    private @Nullable Throwable first;

    synchronized void add(Throwable thrown) {
        if (first == null) {
            first = thrown;
        } else if (first != thrown) {
            first.addSuppressed(thrown);
        }
    }

    synchronized boolean happened() {
        return first != null;
    }

    void catching(LoopSession.Callback step) {
        try {
            step.run();
        } catch (Throwable e) {
            add(e);
        }
    }

    synchronized void rethrow() {
        if (first != null) {
            sneak(first);
        }
    }

    /** The test sees what was thrown, not a wrapper of it; an aborted one stays an aborted one. */
    static void sneak(Throwable thrown) {
        Failure.<RuntimeException>unchecked(thrown);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void unchecked(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
