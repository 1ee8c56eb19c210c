package dev.anyloop.tck.rules;

import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.peer.Peer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.opentest4j.TestAbortedException;

/**
 * The first use of a backend: loads what is loaded once in a process, so that it does not count as a leak of the first
 * test. A backend that is not available is skipped, unless {@code -Danyloop.require} names it.
 */
final class WarmUp {

    private static final Set<List<?>> DONE = ConcurrentHashMap.newKeySet();

    private WarmUp() {}

    static void once(Backend backend, Chapter chapter) {
        checkAvailable(backend.provider().get());
        if (DONE.add(List.of(backend.kit(), backend.medium()))) {
            try {
                chapter.withLoop(loop -> chapter.connect(loop, chapter.peerServer(WarmUp::greet)));
            } catch (Exception | AssertionError e) {
                // The tests will say it better.
            }
        }
    }

    /** How it ends is not asked yet: what this fails by would be charged to the first test. */
    private static void greet(Peer peer) {
        try {
            peer.send("hello").end().readAll();
        } catch (IOException e) {
            // a test will say it better
        }
    }

    private static void checkAvailable(EventLoopProvider provider) {
        Availability availability = provider.availability();
        if (availability.available()) {
            return;
        }
        String name = provider.name();
        String message = "backend \"" + name + "\" is not available: " + availability.detail();
        if (Arrays.asList(System.getProperty("anyloop.require", "").split(",")).contains(name)) {
            throw new AssertionError(message);
        }
        throw new TestAbortedException(message);
    }
}
