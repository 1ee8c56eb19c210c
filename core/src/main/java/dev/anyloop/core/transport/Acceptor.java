package dev.anyloop.core.transport;

import java.net.SocketAddress;

/** A listening socket of a {@link Transport}. */
public interface Acceptor {

    /** Stops accepting; peers wait in the backlog. What was already accepted may still be delivered. */
    void pauseAccepting();

    /** Accepts again. */
    void resumeAccepting();

    /**
     * Begins the release. Only {@link AcceptorEvents#closed} follows, inside {@code poll}, when the port is free
     * (SEAM-006). Core calls it exactly once.
     */
    void close();

    /**
     * The address it listens on, with the port the system chose.
     *
     * @return the address
     */
    SocketAddress localAddress();
}
