package dev.anyloop;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a connection is made. Immutable; start from {@link #defaults()}.
 *
 * @param connectTimeout how long resolving and connecting to all addresses may take together; default 30 s
 *     (CONN-003, CONN-004)
 * @param localAddress the local address to connect from, or null to let the system choose; from one given port only one
 *     address of a name can be tried at a time (CONN-010); misuse with a path to connect to (UNIX-009)
 * @param socket what the socket itself has
 * @param tls how the connection is secured, or null for a plain one, which is the default (TLS-001)
 */
public record ConnectOptions(
        Duration connectTimeout,
        @Nullable InetSocketAddress localAddress,
        SocketOptions socket,
        @Nullable TlsOptions tls) {

    private static final ConnectOptions DEFAULTS =
            new ConnectOptions(Duration.ofSeconds(30), null, SocketOptions.defaults(), null);

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if the timeout is not positive, the local address is a name that was not
     *     resolved, or the options of TLS are a server's; the message names the value
     */
    public ConnectOptions {
        Objects.requireNonNull(connectTimeout, "connectTimeout");
        if (connectTimeout.isNegative() || connectTimeout.isZero()) {
            throw new IllegalArgumentException("connectTimeout <= 0: " + connectTimeout
                    + " (use a long one such as Duration.ofDays(1) to wait as long as the system does)");
        }
        if (localAddress != null && localAddress.isUnresolved()) {
            throw new IllegalArgumentException("localAddress is not resolved: " + localAddress.getHostString()
                    + " (give an address of this machine)");
        }
        Objects.requireNonNull(socket, "socket");
        if (tls != null && tls.isServer()) {
            throw new IllegalArgumentException("tls has the options of a server (use TlsOptions.client())");
        }
    }

    /**
     * 30 s, any local address, default socket options.
     *
     * @return the default options
     */
    public static ConnectOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets the connect timeout.
     *
     * @param timeout a positive duration
     * @return the changed options
     */
    public ConnectOptions withConnectTimeout(Duration timeout) {
        return new ConnectOptions(timeout, localAddress, socket, tls);
    }

    /**
     * Sets the local address.
     *
     * @param address where to connect from (port 0 for any port), or null to let the system choose
     * @return the changed options
     */
    public ConnectOptions withLocalAddress(@Nullable InetSocketAddress address) {
        return new ConnectOptions(connectTimeout, address, socket, tls);
    }

    /**
     * Sets the socket options.
     *
     * @param options what the socket has
     * @return the changed options
     */
    public ConnectOptions withSocket(SocketOptions options) {
        return new ConnectOptions(connectTimeout, localAddress, options, tls);
    }

    /**
     * Secures the connection by TLS: the connect callback comes when the handshake is done (TLS-001). The connect timeout
     * covers the handshake too (CONN-003).
     *
     * @param options a client's, for example {@link TlsOptions#client()}, or null for a plain connection
     * @return the changed options
     */
    public ConnectOptions withTls(@Nullable TlsOptions options) {
        return new ConnectOptions(connectTimeout, localAddress, socket, options);
    }
}
