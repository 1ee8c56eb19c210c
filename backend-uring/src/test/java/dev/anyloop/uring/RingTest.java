package dev.anyloop.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class RingTest {

    /** As the kernel has for each thread. */
    private static final int REGISTERED_AT_ONCE = 16;

    @Test
    void aThreadGetsItsPlaceForARegisteredRingBack() throws EngineException {
        Features features = registered();
        for (int i = 0; i < 2 * REGISTERED_AT_ONCE; i++) {
            Ring ring = new Ring(new Libc(), features);
            boolean registered = ring.registration() >= 0;
            ring.close(true);
            assertTrue(registered, "ring " + i);
        }
    }

    @Test
    void aRingThatFindsNoPlaceDoesWithout() throws EngineException {
        Features features = registered();
        List<Ring> rings = new ArrayList<>();
        try {
            for (int i = 0; i <= REGISTERED_AT_ONCE; i++) {
                rings.add(new Ring(new Libc(), features));
            }
            Ring last = rings.get(REGISTERED_AT_ONCE);
            assertFalse(last.registration() >= 0);
            last.enter(0);
        } finally {
            rings.forEach(ring -> ring.close(true));
        }
    }

    private static Features registered() throws EngineException {
        Features features = Features.probed();
        Assumptions.assumeTrue(features.registeredRing(), "the kernel registers no rings");
        return features;
    }

    /** The ring has room for four, and twice as many completions as it has room for: the kernel keeps them. */
    @Test
    void noCompletionIsLostWhereThereIsNoRoomForIt() throws EngineException {
        Ring ring = new Ring(new Libc(), Features.probed().sized(4, 2));
        try {
            int many = 200;
            for (int i = 0; i < many; i++) {
                ring.add(Ring.ASYNC_CANCEL, -1, 12_345, 0, 0, i);
            }
            List<Long> seen = new ArrayList<>();
            while (seen.size() < many) {
                ring.enter(0);
                assertTrue(ring.completions() > 0, seen.size() + " completions");
                for (int left = ring.completions(); left > 0; left--) {
                    seen.add(ring.userData());
                    ring.next();
                }
            }
            for (long i = 0; i < many; i++) {
                assertEquals(i, seen.get((int) i));
            }
        } finally {
            ring.close(true);
        }
    }

    /** Whose carrier is not always the same thread: a ring for one thread only would refuse it. */
    @Test
    void aTransportOfAVirtualThreadBelongsToNoThreadOfTheKernel() throws Exception {
        FutureTask<Features> opened = new FutureTask<>(() -> {
            UringTransport transport = new UringTransport(Features.probed());
            try {
                Thread.sleep(1); // it may go on on another carrier
                transport.wakeup();
                transport.poll(-1);
                return transport.features();
            } finally {
                transport.close();
            }
        });
        Thread.ofVirtual().start(opened);
        assertFalse(opened.get(10, TimeUnit.SECONDS).singleIssuer());
    }

    @Test
    void aNumberThatIsUsedAgainIsNotTheSame() throws IOException {
        UringTransport transport = new UringTransport(Features.probed());
        try {
            Handles handles = new Handles();
            int fd = new Sockets(new Libc()).open(Sockets.AF_INET, Sockets.SOCK_STREAM);
            UringConnection one = new UringConnection(transport, fd, null, null);
            long first = handles.add(one);
            handles.remove(first);
            long second = handles.add(one);
            assertEquals((int) first, (int) second, "the place");
            assertTrue(first != second && second > 0);
            one.tell(new Silent());
            one.close();
        } finally {
            transport.close();
        }
    }
}
