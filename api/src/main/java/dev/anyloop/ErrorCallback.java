package dev.anyloop;

/**
 * Told that the network failed a socket.
 */
@FunctionalInterface
public interface ErrorCallback {

    /**
     * Called on the loop thread at most once in the life of a socket, before its close callback (ORDER-005).
     *
     * @param socket the socket that failed; it is closed already, writes to it are refused
     * @param error what happened, with its kind, operation and address (CONN-002)
     * @throws Exception goes to the {@link EventLoop#onUncaught uncaught handler} (LOOP-011)
     */
    void failed(Socket socket, NetworkException error) throws Exception;
}
