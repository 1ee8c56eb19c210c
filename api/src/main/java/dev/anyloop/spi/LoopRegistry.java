package dev.anyloop.spi;

import dev.anyloop.EventLoop;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Which loops are open in this process, as far as this copy of the library knows (WATCH-005). Whatever implements {@link EventLoop}
 * tells it: for a backend that is written over {@code anyloop-core}, core does. Users ask {@link dev.anyloop.OpenLoops}. All methods are
 * safe from any thread.
 *
 * <p>It keeps no loop in memory. One that was never closed is forgotten when nobody has it any more.
 */
public final class LoopRegistry {

    // guarded by itself
    private static final Map<EventLoop, Long> OPEN = new WeakHashMap<>(); // numbered, since a map of this kind has no order
    private static long opened; // guarded by OPEN
    // any thread; never called with a lock held, for JMX calls its listeners
    private static final Management MANAGEMENT = new Management();

    private LoopRegistry() {}

    /**
     * A loop was opened.
     *
     * @param loop it, ready to be asked for its {@link EventLoop#describe()}
     */
    public static void opened(EventLoop loop) {
        synchronized (OPEN) {
            OPEN.put(loop, opened++);
        }
        MANAGEMENT.update();
    }

    /**
     * A loop is closed. Does nothing if it is not among those that are open.
     *
     * @param loop it
     */
    public static void closed(EventLoop loop) {
        synchronized (OPEN) {
            OPEN.remove(loop);
        }
        MANAGEMENT.update();
    }

    /**
     * The loops that were opened and not closed yet.
     *
     * @return an immutable list, in the order in which they were opened
     */
    public static List<EventLoop> open() {
        synchronized (OPEN) {
            return OPEN.entrySet().stream().sorted(Map.Entry.comparingByValue()).map(Map.Entry::getKey).toList();
        }
    }

    static boolean isAnyOpen() {
        synchronized (OPEN) {
            return !OPEN.isEmpty();
        }
    }

    /**
     * Shows them by JMX from now on, while there are any.
     *
     * @throws UnsupportedOperationException if this runtime has no JMX
     */
    public static void manage() {
        MANAGEMENT.ask();
        MANAGEMENT.update();
    }
}
