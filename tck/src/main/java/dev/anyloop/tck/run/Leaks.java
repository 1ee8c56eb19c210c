package dev.anyloop.tck.run;

import dev.anyloop.tck.World;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a test may leave behind: nothing. Looks at threads, and at the descriptors that its world shows. */
public final class Leaks {

    /** The JDK's, after a child process. */
    private static final String REAPER = "process reaper";

    private Leaks() {}

    public static Snapshot snapshot(World world) {
        return new Snapshot(world, liveThreads(), world.descriptors());
    }

    public record Snapshot(World world, Set<Thread> threads, Map<String, Integer> descriptors) {

        /** Awaited, because an engine may end its threads a moment after {@code close()} (RES-002). */
        public void assertNothingLeft(Duration limit) {
            Await.until(world, limit, () -> left().isEmpty(), () -> "left behind:" + left());
        }

        String left() {
            return newThreads() + newDescriptors();
        }

        private String newThreads() {
            Set<Thread> now = liveThreads();
            now.removeAll(threads);
            return now.stream().map(thread -> " thread \"" + thread.getName() + "\"").collect(Collectors.joining());
        }

        private String newDescriptors() {
            return world.descriptors().entrySet().stream()
                    .filter(now -> now.getValue() > descriptors.getOrDefault(now.getKey(), 0))
                    .map(now -> " descriptor " + now.getKey())
                    .collect(Collectors.joining());
        }
    }

    private static Set<Thread> liveThreads() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        Thread[] found = new Thread[root.activeCount() + 64];
        root.enumerate(found);
        return Arrays.stream(found)
                .filter(thread -> thread != null && !thread.getName().equals(REAPER))
                .collect(Collectors.toSet());
    }
}
