package dev.anyloop.http;

/** Receives a body as a whole. */
@FunctionalInterface
public interface BytesCallback {

    /**
     * Called on the loop thread, once.
     *
     * @param body all of it, for the receiver to keep
     * @throws Exception answers 500, unless an answer has begun, closes the connection, and goes to the uncaught handler
     */
    void read(byte[] body) throws Exception;
}
