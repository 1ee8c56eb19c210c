package dev.anyloop.beanstalk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/** A thread that is not the loop's. */
final class Elsewhere {

    private Elsewhere() {}

    static void isRefused(Executable call) {
        Throwable[] thrown = new Throwable[1];
        Thread other = new Thread(() -> {
            try {
                call.execute();
            } catch (Throwable t) {
                thrown[0] = t;
            }
        }, "elsewhere");
        other.start();
        try {
            other.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertEquals(IllegalStateException.class, thrown[0] == null ? null : thrown[0].getClass());
        assertTrue(thrown[0].getMessage().contains("elsewhere"), thrown[0].getMessage());
    }
}
