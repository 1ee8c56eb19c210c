package dev.anyloop.uring;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anyloop.core.transport.EngineException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BufferRingTest {

    private static final int MEBIBYTE = 1024 * 1024;

    /** As the specification says of this engine (RES-007). */
    @Test
    void whatALoopReceivesIntoIsAMebibyteAtMost() throws EngineException {
        Features best = Features.probed();
        assumeTrue(best.bufferRing(), "this kernel has no rings of buffers");
        for (Features features : List.of(best, best.without(Set.of("incremental")), best.ofAnyThread())) {
            Ring ring = new Ring(new Libc(), features);
            try {
                int bytes = new BufferRing(ring, features).memory().capacity();
                assertTrue(bytes <= MEBIBYTE, bytes + " bytes with " + features);
            } finally {
                ring.close(true);
            }
        }
    }
}
