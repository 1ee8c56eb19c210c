package dev.anyloop.tck.run;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.opentest4j.TestAbortedException;

/**
 * The descriptors of this process, where the system shows them (/proc): the kinds an engine opens (sockets, pipes, epoll and
 * its like), not the files that class loading opens.
 */
public final class Descriptors {

    private static final Path OPEN = Path.of("/proc/self/fd");
    private static final Path LIMITS = Path.of("/proc/self/limits");

    private Descriptors() {}

    /** Nothing where the system does not tell. */
    public static Map<String, Integer> ofThisProcess() {
        Map<String, Integer> open = new HashMap<>();
        if (!Files.isDirectory(OPEN)) {
            return open;
        }
        try (DirectoryStream<Path> links = Files.newDirectoryStream(OPEN)) {
            for (Path link : links) {
                String target = target(link);
                if (target.startsWith("socket:") || target.startsWith("pipe:") || target.startsWith("anon_inode:")) {
                    open.merge(target, 1, Integer::sum);
                }
            }
        } catch (IOException e) {
            throw new AssertionError("cannot list " + OPEN, e);
        }
        return open;
    }

    /** How many {@link #ofThisProcess} tells of. */
    public static int countOfThisProcess() {
        return ofThisProcess().values().stream().mapToInt(Integer::intValue).sum();
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }

    /** Skips a test that needs more of them than this process may have. */
    public static void assume(int count) {
        try {
            Matcher limit = Pattern.compile("Max open files +(\\d+)").matcher(Files.readString(LIMITS));
            if (limit.find() && Integer.parseInt(limit.group(1)) < count) {
                throw new TestAbortedException("only " + limit.group(1) + " descriptors, " + count + " needed");
            }
        } catch (IOException e) {
            // This system does not tell; then the test will.
        }
    }
}
