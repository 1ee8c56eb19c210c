package dev.anyloop.http;

/** Is told that something has happened. */
@FunctionalInterface
public interface HttpCallback {

    /**
     * Called on the loop thread.
     *
     * @throws Exception goes to the uncaught handler; inside an exchange it costs the connection first
     */
    void run() throws Exception;
}
