package dev.anyloop.http;

import dev.anyloop.http.protocol.MalformedException;
import dev.anyloop.http.protocol.Rule;

/** An answer breaks a rule. The message shows where, safely; the connection is closed. */
public final class MalformedAnswerException extends HttpException {

    private static final long serialVersionUID = 1L;

    private final Rule rule;

    MalformedAnswerException(String request, MalformedException cause) {
        super(HttpFailure.MALFORMED, true, request, cause.getMessage(), cause);
        this.rule = cause.rule();
    }

    /**
     * Which rule.
     *
     * @return its id
     */
    public Rule rule() {
        return rule;
    }
}
