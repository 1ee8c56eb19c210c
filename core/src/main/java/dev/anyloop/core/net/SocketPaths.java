package dev.anyloop.core.net;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Which paths can be those of Unix-domain sockets, on all backends (UNIX-009). */
public final class SocketPaths {

    /**
     * In bytes. It is the JDK's limit, a little below that of the system, which other engines would reach: but what one backend
     * listens on, all have to be able to connect to.
     */
    private static final int LONGEST = System.getProperty("os.name").startsWith("Mac") ? 102 : 106;

    /** As the JDK writes paths for the system. */
    private static final Charset ENCODING = encoding(System.getProperty("sun.jnu.encoding", ""));

    private SocketPaths() {}

    private static Charset encoding(String name) {
        return Charset.isSupported(name.isEmpty() ? "none" : name) ? Charset.forName(name) : StandardCharsets.UTF_8;
    }

    /** @throws IllegalArgumentException if it cannot */
    public static void check(Path path) {
        String text = path.toString();
        int length = text.getBytes(ENCODING).length;
        if (length == 0) {
            throw new IllegalArgumentException("the path is empty: \"\" (name a file)");
        } else if (length > LONGEST) {
            throw new IllegalArgumentException("the path has " + length + " bytes, and that of a Unix-domain socket at most "
                    + LONGEST + ": " + path + " (use a shorter one, or one relative to the working directory)");
        } else if (!isItsText(path, text)) {
            throw new IllegalArgumentException("the path has bytes that are no characters of " + ENCODING + ": " + path
                    + " (use another one, or start Java in a locale that has them, perhaps by LC_ALL=C.UTF-8)");
        }
    }

    /** Those that the system has given are what it said, byte by byte, whatever that means; of engines some take the text. */
    private static boolean isItsText(Path path, String text) {
        try {
            return path.equals(path.getFileSystem().getPath(text));
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
