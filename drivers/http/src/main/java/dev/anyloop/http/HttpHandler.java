package dev.anyloop.http;

/** Answers requests. */
@FunctionalInterface
public interface HttpHandler {

    /**
     * Called on the loop thread for each request when its head is there; of one connection, not before the answer to the request before is
     * whole. The answer may be given here or later, before the body has come or after.
     *
     * <p>As on a socket, a body that nobody listens to is discarded: set {@link Request#onBody} or {@link Request#body} here, or
     * {@link Request#pause} until you know.
     *
     * @param request what is asked
     * @param response how to answer
     * @throws Exception answers 500, unless an answer has begun, closes the connection, and goes to the uncaught handler
     */
    void handle(Request request, Response response) throws Exception;
}
