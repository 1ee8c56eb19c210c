package dev.anyloop.core.net;

import dev.anyloop.ErrorKind;

/** What is wrong with an address. */
public final class AddressException extends CoreException {

    private static final long serialVersionUID = 1L;

    public AddressException(ErrorKind kind, String message) {
        super(kind, message);
    }

    public AddressException(ErrorKind kind, String message, Throwable cause) {
        super(kind, message, cause);
    }
}
