package dev.anyloop.http.grid;

/**
 * A server that runs, on 127.0.0.1. It answers each request by 200 and a text that says what it has seen of it: the method and, after a
 * space, the body.
 *
 * @param name as people call it
 * @param port where it listens
 */
record Peer(String name, int port) {

    /** Starts one on a free port; all end with the process. */
    @FunctionalInterface
    interface Start {
        int start() throws Exception;
    }
}
