package dev.anyloop.core.tls;

import dev.anyloop.ErrorKind;
import dev.anyloop.core.net.CoreException;
import org.jspecify.annotations.Nullable;

/** What is wrong with a TLS connection. */
final class TlsException extends CoreException {

    private static final long serialVersionUID = 1L;

    private @Nullable Alert alert;

    TlsException(ErrorKind kind, String message) {
        super(kind, message);
    }

    TlsException(ErrorKind kind, String message, @Nullable Throwable cause) {
        super(kind, message);
        initCause(cause);
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
