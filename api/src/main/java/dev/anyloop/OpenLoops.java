package dev.anyloop;

import dev.anyloop.spi.LoopRegistry;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The loops that are open in this process, whoever opened them: for a health endpoint, or to see why it does not end. All methods are
 * safe from any thread, also while a callback blocks a loop. A loop is among them from {@link EventLoop#open()} to the end of its
 * {@link EventLoop#close()} (WATCH-005); none is kept in memory by this.
 *
 * <p>Of a library that is loaded twice, by two class loaders, each copy knows its own.
 */
public final class OpenLoops {

    private OpenLoops() {}

    /**
     * Lists them.
     *
     * @return an immutable list, in the order in which they were opened
     */
    public static List<EventLoop> list() {
        return LoopRegistry.open();
    }

    /**
     * Describes all of them for people.
     *
     * @return what {@link EventLoop#describe()} tells of each, one below the other; empty if there is none
     */
    public static String describe() {
        return list().stream().map(EventLoop::describe).collect(Collectors.joining("\n"));
    }

    /**
     * Describes all of them for programs.
     *
     * @return an object of JSON whose {@code loops} are what {@link EventLoop#describeAsJson()} tells of each
     */
    public static String describeAsJson() {
        return list().stream().map(EventLoop::describeAsJson).collect(Collectors.joining(",", "{\"loops\":[", "]}"));
    }

    /**
     * Shows them by JMX from now on: an {@link OpenLoopsMXBean} is registered with the platform's server whenever a loop is open, and
     * is gone with the last one (WATCH-006). {@code -Danyloop.jmx=true} does the same from the beginning. Further calls do nothing.
     *
     * @throws UnsupportedOperationException if this runtime has no JMX, which is the module {@code java.management}
     */
    public static void registerMXBean() {
        LoopRegistry.manage();
    }
}
