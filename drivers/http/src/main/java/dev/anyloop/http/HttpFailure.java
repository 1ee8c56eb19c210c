package dev.anyloop.http;

/** Why a request got no answer, or not all of it. Whether the server may have done it, {@link HttpException#mayBeDone()} tells. */
public enum HttpFailure {
    /** There are as many requests waiting as may be. */
    REFUSED,
    /** No connection could be made, or none became free in time, or the loop is shut down; the cause, if there is one, has more. */
    NO_CONNECTION,
    /** The connection ended before anything of an answer came. */
    LOST,
    /** The connection ended before the answer was whole. */
    INCOMPLETE,
    /** The answer, or its next bytes, did not come in time, or the server took nothing of the request. */
    TIMEOUT,
    /** The answer breaks a rule ({@link MalformedAnswerException}), or is one that cannot be: the connection is closed. */
    MALFORMED,
    /** The body is larger than was asked for as a whole. */
    TOO_LARGE,
    /** The answer says to ask elsewhere, which was wanted, but cannot be done. */
    REDIRECT,
    /** A callback, or who sends the body, threw; the cause is what. */
    CALLBACK
}
