package dev.anyloop.core.transport;

import java.io.IOException;

/** What an {@link Acceptor} tells core, inside {@link Transport#poll} only. None of these throws (SEAM-002). */
public interface AcceptorEvents {

    /**
     * A connection was accepted. Core may already use it in this call, to write, resume or close, so the engine is
     * prepared for that before it calls.
     *
     * @param connection the connection, which reads nothing until {@link Connection#resumeReading}
     * @return whom to tell about it from now on
     */
    ConnectionEvents accepted(Connection connection);

    /**
     * Accepting failed, for example because no descriptor is left. The acceptor goes on; core pauses it for a while
     * (SEAM-007).
     *
     * @param cause the engine's exception
     */
    void acceptFailed(IOException cause);

    /** The release begun by {@link Acceptor#close} is complete and the port is free (SEAM-006). Last, exactly once. */
    void closed();
}
