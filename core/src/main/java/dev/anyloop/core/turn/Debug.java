package dev.anyloop.core.turn;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What {@code -Danyloop.debug=true} adds: a warning about callbacks that block the loop, the creation stack of sockets
 * that are still open when it closes, and read views that are overwritten when their time is over.
 */
public final class Debug {

    public static final boolean ON = Boolean.getBoolean("anyloop.debug");

    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private Debug() {}

    public static void warn(String message, @Nullable Throwable stack) {
        System.getLogger("dev.anyloop").log(System.Logger.Level.WARNING, message, stack);
    }

    static void reportSlow(@Nullable String callback, @Nullable Object subject, long nanos) {
        if (nanos >= SLOW_NANOS) {
            warn("slow callback: " + callback + " of " + subject + " kept the loop busy for "
                    + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms", null);
        }
    }

    /** Where a socket was made, if anybody is going to ask. */
    public static @Nullable Throwable creation() {
        return ON ? new Throwable("created here") : null;
    }

    static void reportOpen(Handles handles) {
        if (ON) {
            handles.each(Handle::reportOpen);
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
