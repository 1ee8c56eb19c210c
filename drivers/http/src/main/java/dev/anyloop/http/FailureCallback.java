package dev.anyloop.http;

/** Is told that a request has failed. */
@FunctionalInterface
public interface FailureCallback {

    /**
     * Called on the loop thread, at most once, and last.
     *
     * @param failure why
     * @throws Exception goes to the uncaught handler
     */
    void failed(HttpException failure) throws Exception;
}
