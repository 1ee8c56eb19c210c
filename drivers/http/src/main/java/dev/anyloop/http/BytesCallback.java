package dev.anyloop.http;

/** Receives a body as a whole. */
@FunctionalInterface
public interface BytesCallback {

    /**
     * Called on the loop thread, once.
     *
     * @param body all of it, for the receiver to keep
     * @throws Exception goes to the uncaught handler, and closes the connection; a server answers 500, unless an answer has begun, and
     *     the request of a client fails
     */
    void read(byte[] body) throws Exception;
}
