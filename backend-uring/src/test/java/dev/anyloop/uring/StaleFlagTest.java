package dev.anyloop.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/**
 * The kernel raises its flag for what it holds back behind the work itself. If that is done in between the flag stays up until there is
 * more, and who believes it never waits again, nor finds that anything has timed out.
 */
class StaleFlagTest {

    private static final int HOLDS_BACK = 1 << 2;

    @Test
    void aFlagThatTheKernelHasForgottenKeepsNoPollFromItsEnd() throws IOException {
        UringTransport transport = new UringTransport(Features.probed());
        try {
            transport.poll(0);
            raise(transport.ring());
            assertTrue(transport.ring().holdsBack());
            assertTrue(transport.poll(0), "there is nothing to tell");
            assertTrue(transport.poll(1_000_000), "there is nothing to tell after a wait");
        } finally {
            transport.close();
        }
    }

    private static void raise(Ring ring) {
        MemorySegment shared = ring.queues.shared;
        assertEquals(0, ring.completions());
        shared.set(JAVA_INT, ring.queues.flagsAt, shared.get(JAVA_INT, ring.queues.flagsAt) | HOLDS_BACK);
    }
}
