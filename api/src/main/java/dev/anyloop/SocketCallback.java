package dev.anyloop;

/**
 * Told that something happened to a socket: it connected, its peer ended, or it drained.
 */
@FunctionalInterface
public interface SocketCallback {

    /**
     * Called on the loop thread, never inside the call that caused it (ORDER-001).
     *
     * @param socket the socket it is about
     * @throws Exception goes to the {@link EventLoop#onUncaught uncaught handler} (LOOP-011)
     */
    void run(Socket socket) throws Exception;
}
