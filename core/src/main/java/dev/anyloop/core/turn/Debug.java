package dev.anyloop.core.turn;

import java.nio.ByteBuffer;
import java.time.ZonedDateTime;
import java.util.Collections;
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

    private static final Map<Handle, Throwable> MADE = Collections.synchronizedMap(new WeakHashMap<>());

    private Debug() {}

    public static void warn(String message, @Nullable Throwable stack) {
        logger().log(System.Logger.Level.WARNING, message, stack);
    }

    private static System.Logger logger() {
        return System.getLogger("dev.anyloop");
    }

    /**
     * For who may have to warn that there are no descriptors left: a logger of the JDK's reads files when it is first used, and if
     * that fails, no logger of this process works any more.
     */
    public static void prepareToWarn() {
        Prepared.once();
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

    static void reportSlow(@Nullable String callback, @Nullable Object subject, long nanos) {
        if (nanos >= SLOW_NANOS) {
            warn("slow callback: " + callback + " of " + subject + " kept the loop busy for "
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
