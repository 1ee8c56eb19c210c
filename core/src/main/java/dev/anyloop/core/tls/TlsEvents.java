package dev.anyloop.core.tls;

import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;

/** What a {@link TlsConnection} tells, whose bytes are those of the user. It is connected when the handshake is done. */
public interface TlsEvents extends ConnectionEvents {

    /**
     * The connection has ended without the peer's word for it, which for who still listens is a failure (TLS-002). Comes
     * instead of {@link #inputEnded}.
     */
    void truncated(IOException cause);

    /** What {@link TlsConnection#sendEnd} could not send at once has been sent. */
    void endSent();
}
