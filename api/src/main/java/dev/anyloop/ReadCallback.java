package dev.anyloop;

import java.nio.ByteBuffer;

/**
 * Receives the bytes of a socket, chunk by chunk.
 */
@FunctionalInterface
public interface ReadCallback {

    /**
     * Called on the loop thread with between 1 and 65,536 bytes (READ-001). TCP is a stream of bytes: chunk
     * boundaries mean nothing, and a character may be split between two chunks.
     *
     * @param socket the socket that received
     * @param data a view that is valid during this call only; when the call has returned it has nothing remaining,
     *     and whatever was left unread in it is gone (READ-002, READ-010). Copy what must be kept; mind that a
     *     {@code duplicate} or {@code slice} made of it is not protected
     * @throws Exception goes to the {@link EventLoop#onUncaught uncaught handler} (LOOP-011)
     */
    void read(Socket socket, ByteBuffer data) throws Exception;
}
