package dev.anyloop.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Of a wake-up that fails knows nobody but its caller: and the wait goes on, so the next one is not to think that it is over (SEAM-009). */
class WakeupTest {

    private static final boolean X86 = System.getProperty("os.arch").equals("amd64");
    private static final int DUP = X86 ? 32 : 23;
    private static final int DUP3 = X86 ? 292 : 24;
    private static final long LONG_NANOS = 10_000_000_000L;

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

    /** For a while the descriptor is a socket's that is connected to nobody. */
    @Test
    void oneThatSucceedsAtLastEndsTheWaitOnAnEventfd() throws IOException {
        Libc libc = new Libc();
        Features features = Features.probed().without(Set.of("msg-ring"));
        Ring ring = new Ring(libc, features);
        Set<Integer> others = eventfds();
        Wakeup wakeup = new Wakeup(ring, features);
        Set<Integer> own = eventfds();
        own.removeAll(others);
        assertEquals(1, own.size(), "eventfds of its own");
        int eventfd = own.iterator().next();
        int kept = libc.call(DUP, eventfd, 0, 0);
        int socket = new Sockets(libc).open(Sockets.AF_INET, Sockets.SOCK_DGRAM);
        try {
            assertEquals(-1, wakeup.beforeWait(-1));
            wakeup.listen(ring);
            ring.enter(0);
            assertEquals(eventfd, libc.call(DUP3, socket, eventfd, 0));
            assertThrows(IllegalStateException.class, wakeup::wakeup);
            assertThrows(IllegalStateException.class, wakeup::wakeup);
            assertEquals(0, ring.completions());
            assertEquals(eventfd, libc.call(DUP3, kept, eventfd, 0));
            wakeup.wakeup();
            ring.enter(LONG_NANOS);
            assertEquals(1, ring.completions());
            assertEquals(UringTransport.WAKEUP, ring.userData());
        } finally {
            wakeup.close();
            ring.close(true);
            libc.close(kept);
            libc.close(socket);
        }
        wakeup.wakeup(); // as always after the end: nothing
    }

    private static Set<Integer> eventfds() throws IOException {
        Set<Integer> found = new TreeSet<>();
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            for (Path each : open.toList()) {
                if (Files.isSymbolicLink(each) && Files.readSymbolicLink(each).toString().equals("anon_inode:[eventfd]")) {
                    found.add(Integer.parseInt(each.getFileName().toString()));
                }
            }
        }
        return found;
    }
}
