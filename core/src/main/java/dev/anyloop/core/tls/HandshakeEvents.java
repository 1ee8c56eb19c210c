package dev.anyloop.core.tls;

import java.io.IOException;

/** What becomes of a handshake: one of these, once, and nothing if the connection is closed before. */
public interface HandshakeEvents {

    /** The connection is secure. From now on {@link TlsEvents} come. */
    void secured();

    /** It failed; what remains is to close the connection. */
    void refused(IOException cause);
}
