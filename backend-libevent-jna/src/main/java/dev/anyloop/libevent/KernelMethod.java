package dev.anyloop.libevent;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.List;

/**
 * How libevent waits, where the loop's options name it; else libevent and its environment variables choose. Its
 * {@code select} is not offered: it ends the process at descriptor 1,024.
 */
enum KernelMethod {
    EPOLL("epoll", List.of("poll"), 0),

    /** Tells the kernel of changed interest in the next wait, all at once. */
    EPOLL_CHANGELIST("epoll-changelist", List.of("poll"), Libevent.EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST),

    POLL("poll", List.of("epoll"), 0);

    private final String transport;

    /** What libevent must not use, by its own names. */
    final List<String> avoided;

    /** What its configuration needs besides. */
    final int flags;

    KernelMethod(String transport, List<String> avoided, int flags) {
        this.transport = transport;
        this.avoided = avoided;
        this.flags = flags;
    }

    static KernelMethod of(String transport) {
        return Arrays.stream(values())
                .filter(method -> method.transport.equals(transport))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Backend libevent has no transport \"" + transport
                        + "\" (it has " + Arrays.stream(values()).map(method -> method.transport).collect(joining(", "))
                        + "; without one it takes the best)"));
    }
}
