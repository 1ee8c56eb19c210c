package dev.anyloop;

import java.util.Objects;

/**
 * How a server listens. Immutable; start from {@link #defaults()}.
 *
 * @param backlog how many connections may wait to be accepted; default 1,024 (LISTEN-006)
 * @param socket what accepted sockets start with (LISTEN-011)
 */
public record ListenOptions(int backlog, SocketOptions socket) {

    private static final ListenOptions DEFAULTS = new ListenOptions(1024, SocketOptions.defaults());

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if the backlog is less than 1; the message names the value
     */
    public ListenOptions {
        if (backlog < 1) {
            throw new IllegalArgumentException("backlog < 1: " + backlog);
        }
        Objects.requireNonNull(socket, "socket");
    }

    /**
     * A backlog of 1,024 and default socket options.
     *
     * @return the default options
     */
    public static ListenOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets the backlog.
     *
     * @param backlog at least 1; the system may cut it
     * @return the changed options
     */
    public ListenOptions withBacklog(int backlog) {
        return new ListenOptions(backlog, socket);
    }

    /**
     * Sets what accepted sockets start with.
     *
     * @param options their options
     * @return the changed options
     */
    public ListenOptions withSocket(SocketOptions options) {
        return new ListenOptions(backlog, options);
    }
}
