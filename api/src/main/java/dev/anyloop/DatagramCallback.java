package dev.anyloop;

/**
 * Told that a datagram socket is closed.
 */
@FunctionalInterface
public interface DatagramCallback {

    /**
     * Called on the loop thread exactly once, when the port is free again (DGRAM-011).
     *
     * @param socket the socket it is about
     * @throws Exception goes to the {@link EventLoop#onUncaught uncaught handler} (LOOP-011)
     */
    void run(DatagramSocket socket) throws Exception;
}
