package dev.anyloop.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anyloop.core.transport.EngineException;
import org.junit.jupiter.api.Test;

class WakeupTest {

    /** That of one that fails knows nobody else: and the wait goes on, so the next one is not to think that it is over (SEAM-009). */
    @Test
    void eachCallerOfAWakeupThatFailsIsTold() throws EngineException {
        Features features = Features.probed();
        assumeTrue(features.messageRing(), "wake-ups go through an eventfd");
        Ring ring = new Ring(new Libc(), features);
        Wakeup wakeup = new Wakeup(ring, features);
        ring.close(true); // so there is none to send a message to
        assertEquals(-1, wakeup.beforeWait(-1));
        assertThrows(IllegalStateException.class, wakeup::wakeup);
        assertThrows(IllegalStateException.class, wakeup::wakeup);
        wakeup.close();
        wakeup.wakeup();
    }
}
