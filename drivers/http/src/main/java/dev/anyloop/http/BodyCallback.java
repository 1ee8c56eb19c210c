package dev.anyloop.http;

import java.nio.ByteBuffer;

/** Receives the bytes of a body, piece by piece. */
@FunctionalInterface
public interface BodyCallback {

    /**
     * Called on the loop thread.
     *
     * @param data at least one byte, valid during this call only; what is left in it is gone
     * @throws Exception goes to the uncaught handler, and closes the connection; a server answers 500, unless an answer has begun, and
     *     the request of a client fails
     */
    void read(ByteBuffer data) throws Exception;
}
