package dev.anyloop;

import org.jspecify.annotations.Nullable;

/**
 * Told that something is over: one write, or the socket itself.
 */
@FunctionalInterface
public interface CompletionCallback {

    /**
     * Called on the loop thread exactly once (WRITE-004, CLOSE-004).
     *
     * @param socket the socket it is about
     * @param error why it did not go well, or null if it did
     * @throws Exception goes to the {@link EventLoop#onUncaught uncaught handler} (LOOP-011)
     */
    void completed(Socket socket, @Nullable NetworkException error) throws Exception;
}
