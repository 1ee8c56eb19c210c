package dev.anyloop.core.tls;

import dev.anyloop.ErrorKind;
import dev.anyloop.core.net.CoreException;
import org.jspecify.annotations.Nullable;

/** What is wrong with a TLS connection. */
final class TlsException extends CoreException {

    private static final long serialVersionUID = 1L;

    private @Nullable Alert alert;
    private boolean unheard;

    TlsException(ErrorKind kind, String message) {
        super(kind, message);
    }

    TlsException(ErrorKind kind, String message, @Nullable Throwable cause) {
        super(kind, message, cause);
    }

    /** The peer was gone before anything had come of it. */
    static TlsException unheard(String message, @Nullable Throwable cause) {
        TlsException gone = new TlsException(ErrorKind.CONNECTION_RESET, message, cause);
        gone.unheard = true;
        return gone;
    }

    boolean isUnheard() {
        return unheard;
    }

    /** By which the peer is told, if there is no engine that tells it. */
    TlsException alert(Alert told) {
        alert = told;
        return this;
    }

    @Nullable Alert alert() {
        return alert;
    }
}
