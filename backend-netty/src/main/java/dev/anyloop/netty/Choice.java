package dev.anyloop.netty;

import dev.anyloop.BackendUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Which of Netty's transports is to be used.
 *
 * @param kind one that works here
 * @param detail its name, and why it is not the better one
 */
record Choice(EngineKind kind, String detail) {

    /** Names the transport when the options do not. */
    static final String PROPERTY = "anyloop.netty.transport";

    /**
     * Chooses.
     *
     * @param option the name in the loop's options, or null
     * @throws IllegalArgumentException if a name is unknown
     * @throws BackendUnavailableException if the named one, or else every one, cannot be used here
     */
    static Choice of(@Nullable String option) {
        String named = option != null ? option : System.getProperty(PROPERTY);
        return named == null || option == null && named.isBlank() ? best() : named(EngineKind.named(named));
    }

    private static Choice named(EngineKind kind) {
        return usable(kind, "; or use " + kind.others());
    }

    private static Choice usable(EngineKind kind, String otherwise) {
        String why = Probe.whyNot(kind);
        if (!why.isEmpty()) {
            throw new BackendUnavailableException(
                    "Netty's transport \"" + kind.word() + "\" cannot be used here: " + why + otherwise);
        }
        return new Choice(kind, kind.word());
    }

    /** io_uring only by name. Who has not asked for epoll, by its jar, is not told of it. */
    private static Choice best() {
        String why = Probe.whyNot(EngineKind.EPOLL);
        if (why.isEmpty()) {
            return new Choice(EngineKind.EPOLL, EngineKind.EPOLL.word());
        }
        Choice nio = usable(EngineKind.NIO, "");
        return Remedy.isThere(EngineKind.EPOLL.itsClass())
                ? new Choice(nio.kind, nio.detail + ", because epoll cannot be used: " + why)
                : nio;
    }
}
