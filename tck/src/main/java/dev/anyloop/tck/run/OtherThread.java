package dev.anyloop.tck.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/** A thread that is not the loop's, for calls that belong to the loop's. */
public final class OtherThread {

    private static final String NAME = "another thread";

    private OtherThread() {}

    /**
     * Makes a call on such a thread, and waits for it.
     *
     * @param call one that belongs to the loop's thread
     * @throws AssertionError if it throws no {@code IllegalStateException}, or one that does not say on which thread it was made
     */
    public static void isRefused(Executable call) {
        Throwable[] thrown = new Throwable[1];
        Thread other = new Thread(() -> {
            try {
                call.execute();
            } catch (Throwable t) {
                thrown[0] = t;
            }
        }, NAME);
        other.start();
        try {
            other.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertEquals(IllegalStateException.class, thrown[0] == null ? null : thrown[0].getClass());
        assertTrue(String.valueOf(thrown[0].getMessage()).contains(NAME), thrown[0].getMessage());
    }
}
