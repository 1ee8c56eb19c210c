package dev.anyloop.tck.peer;

import java.io.IOException;

/** What the other end of a connection does, on a thread of its own that may block. */
@FunctionalInterface
public interface PeerScript {

    /** Work of a helper thread. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /** One for connections that the other end may cut at any time: that ends it, and fails nobody. */
    static PeerScript untilCut(PeerScript script) {
        return peer -> {
            try {
                script.run(peer);
            } catch (IOException e) {
                // it did
            }
        };
    }

    /** When it returns the connection is closed; what it throws fails the test. */
    void run(Peer peer) throws Exception;
}
