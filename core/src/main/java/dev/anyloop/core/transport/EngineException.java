package dev.anyloop.core.transport;

import dev.anyloop.ErrorKind;
import java.io.IOException;

/** An error whose kind the engine knows by number, so that core need not tell it from the text of a message. */
public final class EngineException extends IOException {

    private static final long serialVersionUID = 1L;

    private final ErrorKind kind;

    /**
     * For engines that have the system's error number.
     *
     * @param kind what went wrong
     * @param message the system's words for it
     */
    public EngineException(ErrorKind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /**
     * What went wrong.
     *
     * @return the kind
     */
    public ErrorKind kind() {
        return kind;
    }
}
