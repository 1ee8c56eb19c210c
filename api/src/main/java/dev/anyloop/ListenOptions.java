package dev.anyloop;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a server listens. Immutable; start from {@link #defaults()}.
 *
 * @param backlog how many connections may wait to be accepted; default 1,024 (LISTEN-006)
 * @param socket what accepted sockets start with (LISTEN-011)
 * @param tls how connections are secured, or null for plain ones, which is the default (TLS-001)
 */
public record ListenOptions(int backlog, SocketOptions socket, @Nullable TlsOptions tls) {

    private static final ListenOptions DEFAULTS = new ListenOptions(1024, SocketOptions.defaults(), null);

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if the backlog is less than 1 or the options of TLS are a client's; the message
     *     names the value
     */
    public ListenOptions {
        if (backlog < 1) {
            throw new IllegalArgumentException("backlog < 1: " + backlog);
        }
        Objects.requireNonNull(socket, "socket");
        if (tls != null && !tls.isServer()) {
            throw new IllegalArgumentException("tls has the options of a client (use TlsOptions.server(context))");
        }
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
        return new ListenOptions(backlog, socket, tls);
    }

    /**
     * Sets what accepted sockets start with.
     *
     * @param options their options
     * @return the changed options
     */
    public ListenOptions withSocket(SocketOptions options) {
        return new ListenOptions(backlog, options, tls);
    }

    /**
     * Secures the connections by TLS: the accept callback gets each when its handshake is done (TLS-001). One whose handshake
     * fails goes to the server's error callback (TLS-008).
     *
     * @param options a server's, see {@link TlsOptions#server}, or null for plain connections
     * @return the changed options
     */
    public ListenOptions withTls(@Nullable TlsOptions options) {
        return new ListenOptions(backlog, socket, options);
    }
}
