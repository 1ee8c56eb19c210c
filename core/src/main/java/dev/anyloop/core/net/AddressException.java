package dev.anyloop.core.net;

import dev.anyloop.ErrorKind;
import java.io.IOException;

/** What core knows of an address without asking an engine. Its words are for the user: they tell the way out. */
public final class AddressException extends IOException {

    private static final long serialVersionUID = 1L;

    final ErrorKind kind;

    public AddressException(ErrorKind kind, String message) {
        super(message);
        this.kind = kind;
    }
}
