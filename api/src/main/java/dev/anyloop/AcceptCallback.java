package dev.anyloop;

/**
 * Receives each connection a {@link Server} accepts.
 */
@FunctionalInterface
public interface AcceptCallback {

    /**
     * Called on the loop thread before any other callback of the connection, so callbacks set here see its
     * first byte (ORDER-006).
     *
     * @param server the listening server
     * @param socket the new connection, already open
     * @throws Exception closes this connection and goes to the {@link EventLoop#onUncaught uncaught handler};
     *     the server keeps accepting (LISTEN-008)
     */
    void accepted(Server server, Socket socket) throws Exception;
}
