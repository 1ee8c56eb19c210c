package dev.anyloop.core.tls;

import dev.anyloop.ErrorKind;
import dev.anyloop.core.net.CoreException;
import org.jspecify.annotations.Nullable;

/** What is wrong with a TLS connection. */
final class TlsException extends CoreException {

    private static final long serialVersionUID = 1L;

    TlsException(ErrorKind kind, String message) {
        super(kind, message);
    }

    TlsException(ErrorKind kind, String message, @Nullable Throwable cause) {
        super(kind, message);
        initCause(cause);
    }
}
