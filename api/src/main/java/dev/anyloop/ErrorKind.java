package dev.anyloop;

/**
 * What went wrong on the network, the same on every backend (ERR-002). The engine's own exception is the cause of the
 * {@link NetworkException}.
 */
public enum ErrorKind {
    /** Nobody listens at the address. */
    CONNECT_REFUSED,
    /** The connection, name resolution included, was not made within the connect timeout. */
    CONNECT_TIMEOUT,
    /** There is no route to the host or network. */
    UNREACHABLE,
    /** The peer reset the connection, or is gone. */
    CONNECTION_RESET,
    /** Another listener has the address. */
    ADDRESS_IN_USE,
    /** The local address is not one of this machine's, or its ports are used up. */
    ADDRESS_NOT_AVAILABLE,
    /** The system does not permit it, for example a port below 1024. */
    PERMISSION_DENIED,
    /** The host name could not be resolved. */
    DNS_FAILURE,
    /** The process or the system has no file descriptor left. */
    TOO_MANY_OPEN_FILES,
    /** The socket was closed before this write was done. */
    SOCKET_CLOSED,
    /** No byte was received within the socket's read timeout. */
    READ_TIMEOUT,
    /** The kernel accepted none of the pending bytes within the socket's write timeout. */
    WRITE_TIMEOUT,
    /** A graceful close gave up: the kernel accepted none of the pending bytes within the close timeout. */
    CLOSE_TIMEOUT,
    /** The two sides could not agree on a TLS connection, or not in time. */
    TLS_HANDSHAKE,
    /** A certificate was refused: the peer's by this side, or this side's by the peer. */
    TLS_CERTIFICATE,
    /** The TLS connection was cut: it ended without the peer's word for it. */
    TLS_TRUNCATED,
    /** The peer sent what is not TLS, or breaks its rules. */
    TLS_PROTOCOL,
    /** Anything else; see the cause. */
    OTHER
}
