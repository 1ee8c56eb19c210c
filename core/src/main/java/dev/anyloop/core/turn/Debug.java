package dev.anyloop.core.turn;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What {@code -Danyloop.debug=true} adds: a warning about callbacks that block the loop, the creation stack of sockets
 * that are still open when it closes, and read views that are overwritten when their time is over.
 */
public final class Debug {

    public static final boolean ON = Boolean.getBoolean("anyloop.debug");

    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final Path NOTHING = Path.of("/dev/null");

    private static final Map<Handle, Throwable> MADE = Collections.synchronizedMap(new WeakHashMap<>());

    private static final int DESCRIPTORS_OF_A_LOGGER = 4;

    private static volatile boolean logs;

    private Debug() {}

    /** By the logger; but where that was never used and has no descriptors to begin with, on the process's error output. */
    public static void warn(String message, @Nullable Throwable stack) {
        if (logs || hasDescriptors()) {
            logs = true;
            logger().log(System.Logger.Level.WARNING, message, stack);
        } else {
            System.err.println("WARNING: " + message + " (and there is no descriptor to begin logging with)");
        }
    }

    private static boolean hasDescriptors() {
        List<InputStream> opened = new ArrayList<>();
        try {
            while (opened.size() < DESCRIPTORS_OF_A_LOGGER) {
                opened.add(Files.newInputStream(NOTHING));
            }
            return true;
        } catch (NoSuchFileException e) {
            return true; // it is another system
        } catch (IOException e) {
            return false;
        } finally {
            opened.forEach(Debug::close);
        }
    }

    private static void close(InputStream nothing) {
        try {
            nothing.close();
        } catch (IOException e) {
            // It has nothing.
        }
    }

    private static System.Logger logger() {
        return System.getLogger("dev.anyloop");
    }

    /**
     * For who is likely to have to warn that there are no descriptors left: a logger of the JDK's reads files when it is first used, and
     * if that fails, no logger of this process works any more.
     */
    public static void prepareToWarn() {
        if (logs || hasDescriptors()) {
            Prepared.once();
            logs = true;
        }
    }

    private static final class Prepared {

        static {
            try {
                if (logger().isLoggable(System.Logger.Level.WARNING)) {
                    ZonedDateTime.now(); // a warning has its time, and the rules of time zones are in a file
                }
            } catch (RuntimeException | Error e) {
                // somebody's logger: it says so again when it is used, and LOOP-011 whom that is told
            }
        }

        static void once() {
            // the class does
        }
    }

    static void reportSlow(String callback, Object subject, long nanos) {
        if (nanos >= SLOW_NANOS) {
            warn("slow callback: " + callback + " of " + Calls.words(subject) + " kept the loop busy for "
                    + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms", null);
        }
    }

    /** By whom, if anybody is going to ask. */
    public static void made(Handle socket) {
        if (ON) {
            MADE.put(socket, new Throwable("created here"));
        }
    }

    /** The sockets that are left when their loop closes; to close the servers last is what one does. */
    static void reportOpen(Handles handles) {
        if (ON) {
            handles.each(handle -> {
                Throwable made = MADE.get(handle);
                if (made != null) {
                    warn("still open when its loop closes: " + handle.describe(), made);
                }
            });
        }
    }

    public static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    public static void scrub(ByteBuffer view) {
        view.clear();
        while (view.hasRemaining()) {
            view.put((byte) 0xDB);
        }
    }
}
