package dev.anyloop.tck.peer;

import java.io.IOException;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** What lies between a peer and its connection. */
@FunctionalInterface
public interface Layer {

    /** Nothing. */
    Layer NONE = (connection, accepted) -> connection;

    /**
     * Lays it over a connection; blocks until both sides have done what it takes.
     *
     * @param accepted whether the peer has accepted the connection, or else has made it
     * @return what the peer talks to, and closing it closes the connection; null if the other side is gone before it is done
     */
    @Nullable Socket over(Socket connection, boolean accepted) throws IOException;
}
