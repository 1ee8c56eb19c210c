package dev.anyloop.core.net;

import dev.anyloop.ErrorKind;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What core finds wrong without asking an engine. Its words are for the user: they tell the way out. */
public abstract class CoreException extends IOException {

    private static final long serialVersionUID = 1L;

    public final ErrorKind kind;

    protected CoreException(ErrorKind kind, String message) {
        super(message);
        this.kind = kind;
    }

    protected CoreException(ErrorKind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }
}
