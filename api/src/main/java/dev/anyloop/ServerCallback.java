package dev.anyloop;

/**
 * Told that a server is closed.
 */
@FunctionalInterface
public interface ServerCallback {

    /**
     * Called on the loop thread exactly once, when the port is free again (CLOSE-006).
     *
     * @param server the server it is about
     * @throws Exception goes to the {@link EventLoop#onUncaught uncaught handler} (LOOP-011)
     */
    void run(Server server) throws Exception;
}
