package dev.anyloop;

/**
 * Told that a server could not accept a connection; it goes on listening.
 */
@FunctionalInterface
public interface ServerErrorCallback {

    /**
     * Called on the loop thread. The server is not closed by it: it tries again within a second (LISTEN-009).
     *
     * @param server the server it is about
     * @param error what happened, for example {@link ErrorKind#TOO_MANY_OPEN_FILES}, or what failed the TLS handshake of a client,
     *     with that client's address (TLS-008)
     * @throws Exception goes to the {@link EventLoop#onUncaught uncaught handler} (LOOP-011)
     */
    void failed(Server server, NetworkException error) throws Exception;
}
