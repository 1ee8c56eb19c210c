package dev.anyloop.http;

import dev.anyloop.http.protocol.Headers;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is asked. It may be used until the answer and the body are over; afterwards its methods throw {@link IllegalStateException},
 * for the next request has taken its place. Copy what must be kept. What pauses or listens belongs to the loop thread: elsewhere it throws
 * that too, and changes nothing.
 */
public interface Request {

    /**
     * The method.
     *
     * @return it, as it was written: case matters (RFC 9110, 9.1)
     */
    String method();

    /**
     * The target.
     *
     * @return it, as it was written, in one of the four forms of RFC 9112, 3.2; nothing is decoded
     */
    String target();

    /**
     * The path of the target, up to the question mark. Nothing is decoded, and {@code ..} is as it was written. A target may be a whole
     * URI (RFC 9112, 3.2.2): then this is the path in it, and its host counts instead of the field {@code Host}.
     *
     * @return what begins with a slash, or the asterisk of an OPTIONS
     */
    default String path() {
        String target = target();
        int mark = target.indexOf('?');
        String all = mark < 0 ? target : target.substring(0, mark);
        if (all.startsWith("/") || all.equals("*")) {
            return all;
        }
        int slash = all.indexOf('/', all.indexOf("://") + "://".length());
        return slash < 0 ? "/" : all.substring(slash);
    }

    /**
     * What follows the question mark.
     *
     * @return the query, or null if there is none
     */
    default @Nullable String query() {
        String target = target();
        int mark = target.indexOf('?');
        return mark < 0 ? null : target.substring(mark + 1);
    }

    /**
     * The version.
     *
     * @return 1 for HTTP/1.1, and 0 for HTTP/1.0
     */
    int minorVersion();

    /**
     * The fields of the head.
     *
     * @return a view, valid as long as the request
     */
    Headers headers();

    /**
     * The fields that came after a chunked body, which are of the client's choice (RFC 9110, 6.5).
     *
     * @return a view; nothing is in it before the end of the body
     */
    Headers trailers();

    /**
     * How long the body will be.
     *
     * @return the number of bytes, 0 if there is none, or -1 if it comes in chunks
     */
    long contentLength();

    /**
     * Whether it asks to go on with another protocol, so that {@link Response#upgrade} may answer it, now or at the end of its body.
     *
     * @param protocol its name, in any case, perhaps with a version behind a slash
     * @return false if it does not, or only by HTTP/1.0
     */
    boolean asksFor(String protocol);

    /**
     * Where it came from.
     *
     * @return the client's address; null if it has none, as on a Unix-domain socket
     */
    @Nullable SocketAddress remoteAddress();

    /**
     * Sets what receives the body. A client that waits for {@code 100 Continue} is sent that now (RFC 9110, 10.1.1).
     *
     * @param callback called for each piece
     * @return this request
     * @throws IllegalStateException if some of the body was discarded, since nobody had listened, or it is over
     */
    Request onBody(BodyCallback callback);

    /**
     * Sets what is told at the end of the body, at once after it or after the head if there is none. {@code 100 Continue} is sent as by
     * {@link #onBody}.
     *
     * @param callback called on the loop thread, at most once: not if the client goes away before
     * @return this request
     * @throws IllegalStateException if it is over
     */
    Request onEnd(HttpCallback callback);

    /**
     * Reads the whole body, as {@link #onBody} and {@link #onEnd} do. One that is longer is answered by 413.
     *
     * @param most how many bytes it may have
     * @param callback called on the loop thread, at most once
     * @return this request
     * @throws IllegalStateException as {@link #onBody} and {@link #onEnd} do
     */
    Request body(int most, BytesCallback callback);

    /**
     * Holds back the body, and its end, until {@link #resume}: the client's writes soon stall. No deadline runs meanwhile. Once the answer is
     * over, a body that nobody listens to is read away all the same.
     *
     * @return this request
     */
    Request pause();

    /**
     * Lets the body come again, never inside this call. Does nothing if it is not paused.
     *
     * @return this request
     */
    Request resume();
}
