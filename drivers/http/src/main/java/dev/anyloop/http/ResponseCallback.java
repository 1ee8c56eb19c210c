package dev.anyloop.http;

/** Receives an answer. */
@FunctionalInterface
public interface ResponseCallback {

    /**
     * Called on the loop thread, at most once, when the head is there.
     *
     * <p>As on a socket, a body that nobody listens to is discarded: set {@link ClientResponse#onBody} or {@link ClientResponse#body} here,
     * or {@link ClientResponse#pause} until you know.
     *
     * @param response the answer
     * @throws Exception fails the request, and goes to the uncaught handler
     */
    void answered(ClientResponse response) throws Exception;
}
