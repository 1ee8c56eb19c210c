package dev.anyloop.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A request got no answer, or not all of it. It comes to callbacks and futures and is never thrown: misuse is (ORDER-010). */
public sealed class HttpException extends RuntimeException permits MalformedAnswerException {

    private static final long serialVersionUID = 1L;

    private final HttpFailure kind;
    private final boolean mayBeDone;

    HttpException(HttpFailure kind, boolean mayBeDone, String request, String detail, @Nullable Throwable cause) {
        super(request + ": " + kind.name().toLowerCase(Locale.ROOT).replace('_', ' ') + (detail.isEmpty() ? "" : ", " + detail), cause);
        this.kind = kind;
        this.mayBeDone = mayBeDone;
    }

    /**
     * What went wrong.
     *
     * @return the kind
     */
    public final HttpFailure kind() {
        return kind;
    }

    /**
     * Whether the server may have done what was asked, in part or as a whole.
     *
     * @return false if nothing of the request was sent
     */
    public final boolean mayBeDone() {
        return mayBeDone;
    }
}
