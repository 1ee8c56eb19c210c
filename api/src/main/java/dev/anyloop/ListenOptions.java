package dev.anyloop;

import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a server listens. Immutable; start from {@link #defaults()}.
 *
 * @param backlog how many connections may wait to be accepted; default 1,024 (LISTEN-006)
 * @param socket what accepted sockets start with (LISTEN-011)
 * @param tls how connections are secured, or null for plain ones, which is the default (TLS-001)
 * @param replaceLeftover of a path: whether a socket file that nobody listens on is replaced; default false (UNIX-005)
 * @param permissions of a path: those of the file, or null for what the process masks leave, which is the default (UNIX-006)
 * @param reusePort whether the port is shared with others who ask for that too; by default it is not (SHARE-001)
 */
public record ListenOptions(
        int backlog,
        SocketOptions socket,
        @Nullable TlsOptions tls,
        boolean replaceLeftover,
        @Nullable Set<PosixFilePermission> permissions,
        boolean reusePort) {

    private static final ListenOptions DEFAULTS = new ListenOptions(1024, SocketOptions.defaults(), null, false, null, false);

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
        permissions = permissions == null ? null : Set.copyOf(permissions);
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
        return new ListenOptions(backlog, socket, tls, replaceLeftover, permissions, reusePort);
    }

    /**
     * Sets what accepted sockets start with.
     *
     * @param options their options
     * @return the changed options
     */
    public ListenOptions withSocket(SocketOptions options) {
        return new ListenOptions(backlog, options, tls, replaceLeftover, permissions, reusePort);
    }

    /**
     * Secures the connections by TLS: the accept callback gets each when its handshake is done (TLS-001). One whose handshake
     * fails goes to the server's error callback (TLS-008).
     *
     * @param options a server's, see {@link TlsOptions#server}, or null for plain connections
     * @return the changed options
     */
    public ListenOptions withTls(@Nullable TlsOptions options) {
        return new ListenOptions(backlog, socket, options, replaceLeftover, permissions, reusePort);
    }

    /**
     * Shares the port ({@code SO_REUSEPORT}): several loops listen on it, of this process or of others of the same user, and the
     * system gives each connection to one of them (SHARE-002). All of them have to ask for it (SHARE-001). {@link EventLoops} starts
     * such loops.
     *
     * <p>The system decides when a client connects, and from then on the connection waits for that server: also while it is paused,
     * and when it closes, such a connection may be reset (SHARE-005). So close all of them together, or one when no client comes.
     *
     * @param share whether to share it; where the backend or the system cannot, {@code listen} throws
     *     {@link UnsupportedOperationException} (ERR-003)
     * @return the changed options; misuse with a path
     */
    public ListenOptions withReusePort(boolean share) {
        return new ListenOptions(backlog, socket, tls, replaceLeftover, permissions, share);
    }

    /**
     * Lets a server on a path replace a socket file that nobody listens on any more, which a process leaves that ends without
     * closing its server. Never what is no socket, nor one that somebody listens on, who may be connected to once to find out, by
     * a connection that ends at once (UNIX-004). Of several that start at once one listens (UNIX-005); until it does, a lock file
     * lies beside the path. Without effect on an internet address, where nothing is left behind.
     *
     * @param replace true to replace such a file, false to fail with {@link ErrorKind#ADDRESS_IN_USE}
     * @return the changed options
     */
    public ListenOptions withReplaceLeftover(boolean replace) {
        return new ListenOptions(backlog, socket, tls, replace, permissions, reusePort);
    }

    /**
     * Sets the permissions of the file of a server on a path: who may write to it may connect. It has them when {@code listen}
     * returns, and for some microseconds before that what the process masks leave (UNIX-006).
     *
     * @param allowed for example {@code PosixFilePermissions.fromString("rw-rw----")}, or null for what the process masks leave
     * @return the changed options; misuse with an internet address, which has no permissions
     */
    public ListenOptions withPermissions(@Nullable Set<PosixFilePermission> allowed) {
        return new ListenOptions(backlog, socket, tls, replaceLeftover, allowed, reusePort);
    }
}
