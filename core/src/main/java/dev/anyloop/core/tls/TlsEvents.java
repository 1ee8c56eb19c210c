package dev.anyloop.core.tls;

import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What a {@link TlsConnection} tells once it is secure, whose bytes are those of the user: what {@link ConnectionEvents} tell
 * of a connection without TLS, and what only TLS has to tell. The names differ, so that one class may hear both.
 */
public interface TlsEvents {

    /** As {@link ConnectionEvents#received}. */
    void arrived(ByteBuffer bytes);

    /** The peer has said that no more comes, as {@link ConnectionEvents#inputEnded}. */
    void ended();

    /**
     * The connection has ended without the peer's word for it, which for who still listens is a failure (TLS-002). Comes
     * instead of {@link #ended}.
     */
    void truncated(IOException cause);

    /** As {@link ConnectionEvents#written}. */
    void sent(int count);

    /** What {@link TlsConnection#sendEnd} could not send at once has been sent. */
    void endSent();

    /** As {@link ConnectionEvents#outputFailed}. */
    void sendingFailed(IOException cause);

    /** As {@link ConnectionEvents#failed}. */
    void broke(IOException cause);

    /** As {@link ConnectionEvents#closed}, whatever became of the handshake. */
    void gone();
}
