package dev.anyloop.http;

import dev.anyloop.http.protocol.Headers;
import java.net.SocketAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * An answer to a request. It may be used until its end was told or the request has failed; afterwards its methods throw
 * {@link IllegalStateException}. Copy what must be kept. What pauses or listens belongs to the loop thread: elsewhere it throws that too,
 * and changes nothing.
 */
public interface ClientResponse {

    /**
     * The status.
     *
     * @return 200 to 599
     */
    int status();

    /**
     * The words after the status, which mean nothing.
     *
     * @return the words, often none
     */
    String reason();

    /**
     * The version.
     *
     * @return 1 for HTTP/1.1, and 0 for HTTP/1.0
     */
    int minorVersion();

    /**
     * Who has answered: after redirects, another than was asked.
     *
     * @return the URI
     */
    URI uri();

    /**
     * The fields of the head.
     *
     * @return a view, valid as long as the answer
     */
    Headers headers();

    /**
     * The fields that came after a chunked body, which are of the server's choice (RFC 9110, 6.5).
     *
     * @return a view; nothing is in it before the end of the body
     */
    Headers trailers();

    /**
     * How long the body will be; to HEAD, how long it would be.
     *
     * @return the number of bytes, or -1 if only its end will tell
     */
    long contentLength();

    /**
     * Where it came from.
     *
     * @return the server's address; null if it has none, as on a Unix-domain socket
     */
    @Nullable SocketAddress remoteAddress();

    /**
     * Sets what receives the body. Its bytes are not the whole of it before its end is told.
     *
     * @param callback called for each piece
     * @return this response
     */
    ClientResponse onBody(BodyCallback callback);

    /**
     * Sets what is told at the end of the body, at once after it or after the head if there is none. Not if the body is cut: that fails
     * the request ({@link HttpFailure#INCOMPLETE}); and so does what it throws ({@link HttpFailure#CALLBACK}).
     *
     * @param callback called on the loop thread, at most once
     * @return this response
     */
    ClientResponse onEnd(HttpCallback callback);

    /**
     * Reads the whole body, as {@link #onBody} and {@link #onEnd} do. One that is longer fails the request
     * ({@link HttpFailure#TOO_LARGE}).
     *
     * @param most how many bytes it may have
     * @param callback called on the loop thread, at most once
     * @return this response
     */
    ClientResponse body(int most, BytesCallback callback);

    /**
     * Holds back the body, and its end, until {@link #resume}: the server's writes soon stall. No deadline of the body runs meanwhile.
     *
     * @return this response
     */
    ClientResponse pause();

    /**
     * Lets the body come again, never inside this call. Does nothing if it is not paused.
     *
     * @return this response
     */
    ClientResponse resume();
}
