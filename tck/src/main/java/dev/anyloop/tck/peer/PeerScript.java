package dev.anyloop.tck.peer;

/** What the other end of a connection does, on a thread of its own that may block. */
@FunctionalInterface
public interface PeerScript {

    /** Work of a helper thread. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /** When it returns the connection is closed; what it throws fails the test. */
    void run(Peer peer) throws Exception;
}
