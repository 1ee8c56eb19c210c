package dev.anyloop.tck.run;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.opentest4j.TestAbortedException;

/**
 * What a test may leave behind: nothing. Looks at threads, and where the system shows them (/proc) at descriptors: the
 * kinds an engine opens (sockets, pipes, epoll and its like), not the files that class loading opens.
 */
public final class Leaks {

    /** The JDK's, after a child process. */
    private static final String REAPER = "process reaper";

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Path LIMITS = Path.of("/proc/self/limits");

    private Leaks() {}

    public static Snapshot snapshot() {
        return new Snapshot(liveThreads(), openDescriptors());
    }

    public record Snapshot(Set<Thread> threads, Map<String, Integer> descriptors) {

        /** Awaited, because an engine may end its threads a moment after {@code close()} (RES-002). */
        public void assertNothingLeft(Duration limit) {
            Await.until(limit, () -> left().isEmpty(), () -> "left behind:" + left());
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
            return openDescriptors().entrySet().stream()
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

    /** How many sockets, pipes and anonymous inodes this process has open; 0 where the system does not tell. */
    public static int descriptorCount() {
        return openDescriptors().values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Skips a test that needs more descriptors than this process may have. */
    public static void assumeDescriptors(int count) {
        try {
            Matcher limit = Pattern.compile("Max open files +(\\d+)").matcher(Files.readString(LIMITS));
            if (limit.find() && Integer.parseInt(limit.group(1)) < count) {
                throw new TestAbortedException("only " + limit.group(1) + " descriptors, " + count + " needed");
            }
        } catch (IOException e) {
            // This system does not tell; then the test will.
        }
    }

    private static Map<String, Integer> openDescriptors() {
        Map<String, Integer> open = new HashMap<>();
        if (!Files.isDirectory(DESCRIPTORS)) {
            return open;
        }
        try (DirectoryStream<Path> links = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path link : links) {
                String target = target(link);
                if (target.startsWith("socket:") || target.startsWith("pipe:") || target.startsWith("anon_inode:")) {
                    open.merge(target, 1, Integer::sum);
                }
            }
        } catch (IOException e) {
            throw new AssertionError("cannot list " + DESCRIPTORS, e);
        }
        return open;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }
}
