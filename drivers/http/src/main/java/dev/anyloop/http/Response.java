package dev.anyloop.http;

import java.nio.ByteBuffer;

/**
 * How to answer: set the status and the fields, then {@link #send} the whole answer, or {@link #write} it piece by piece and {@link #end} it.
 * The first of these sends the head. {@code Date}, and what says how long the answer is and whether the connection is kept, is added.
 *
 * <p>The body of an answer to HEAD is counted and not sent. Once the connection is lost, nothing is sent and nothing complains.
 * All methods belong to the loop thread: elsewhere they throw {@link IllegalStateException}, and nothing of the answer is given.
 */
public interface Response extends BodySink {

    /**
     * Sets the status.
     *
     * @param status 200 to 599; 200 if this is not called
     * @return this response
     * @throws IllegalArgumentException if it is out of range; 1xx are for {@link #interim}
     * @throws IllegalStateException if the answer has begun
     */
    Response status(int status);

    /**
     * Adds a field.
     *
     * @param name a token; not one of those that are added by themselves
     * @param value without line breaks and beyond U+00FF nothing
     * @return this response
     * @throws IllegalArgumentException if it cannot be sent (RFC 9110, 5)
     * @throws IllegalStateException if the answer has begun
     */
    Response header(String name, String value);

    /**
     * Closes the connection after this answer, and tells the client so.
     *
     * @return this response
     * @throws IllegalStateException if the answer has begun
     */
    Response closeAfter();

    /**
     * Sends an interim answer at once, such as 103 with links (RFC 9110, 15.2). A client of HTTP/1.0 gets none.
     *
     * @param status 102 to 199
     * @param namesAndValues of its fields, in turn
     * @return this response
     * @throws IllegalArgumentException if it cannot be sent
     * @throws IllegalStateException if the answer has begun
     */
    Response interim(int status, String... namesAndValues);

    /**
     * Answers by 101 with the fields that were added, and hands the connection over to another protocol, if the request asks for it by
     * {@code Connection: upgrade} and {@code Upgrade} (RFC 9110, 7.8 and 15.2.2). Those two are added; a status that was set does not
     * count, and there is no {@code Date}. Answers to requests before go out before.
     *
     * <p>If the connection is lost before the callback, {@link #onLost} is told; so it is, and the connection closed, if the client has
     * ended its side before this call: it could not say a word.
     *
     * @param protocol its name, in any case, perhaps with a version behind a slash
     * @param callback called on the loop thread, never inside this call
     * @throws IllegalArgumentException if it is no name of a protocol
     * @throws IllegalStateException if the answer has begun or has an {@code Upgrade} already, if the request does not ask for this
     *     protocol, or only by HTTP/1.0, or if the end of its body has not been read yet
     */
    void upgrade(String protocol, UpgradeCallback callback);

    /** Answers without a body. Throws what {@link #send(ByteBuffer)} does. */
    default void send() {
        send(ByteBuffer.allocate(0));
    }

    /**
     * Answers with text, encoded as UTF-8.
     *
     * @param text the whole body
     */
    void send(String text);

    /**
     * Answers with bytes.
     *
     * @param body all of it is sent; the array is the caller's again when this returns
     */
    void send(byte[] body);

    /**
     * Answers with bytes.
     *
     * @param body the whole body, from position to limit; the buffer is the caller's again when this returns
     * @throws IllegalStateException if the answer has begun, or if one with this status has no body (204, 205, 304) and this is not empty
     */
    void send(ByteBuffer body);

    /**
     * Says how long a body will be that is written piece by piece; else it is sent in chunks, or, to a client of HTTP/1.0, until the end of
     * the connection.
     *
     * @param length the number of bytes
     * @return this response
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if the answer has begun
     */
    Response length(long length);

    /**
     * Sends a piece of the body, and the head before the first. Nothing is sent for an empty piece but the head.
     *
     * @param data from position to limit; the buffer is the caller's again when this returns
     * @return true while pending bytes are below the high water mark; on false, wait for the drain callback
     * @throws IllegalStateException if the answer is over, has no body, or would be longer than its length
     */
    @Override
    boolean write(ByteBuffer data);

    /**
     * Adds a field behind a body that is written in chunks, such as a digest of it. Any client of HTTP/1.1 can read over trailers, and
     * whoever passes the answer on may drop them; one that asks for them says so by {@code TE: trailers}, and it is for the handler to
     * look at that if it matters. They are announced by a field {@code Trailer}, if one is added (RFC 9110, 6.5 and 6.6.2). To HEAD,
     * which has no body, they are not sent, nor to HTTP/1.0, which has no trailers.
     *
     * @param name a token; no field that has to be known before the body
     * @param value without line breaks and beyond U+00FF nothing
     * @return this response
     * @throws IllegalArgumentException if it cannot be sent, or not there (RFC 9110, 6.5.1)
     * @throws IllegalStateException before the first {@link #write}, after {@link #end}, or if the answer has a length or no body
     */
    Response trailer(String name, String value);

    /**
     * Ends an answer that was written piece by piece.
     *
     * @throws IllegalStateException if it is over already, or shorter than its length
     */
    @Override
    void end();

    @Override
    Response onDrain(HttpCallback callback);

    /**
     * Sets what is told when the connection is lost before the answer was given as a whole: the client went away, was too slow, or broke
     * a rule in its body.
     *
     * @param callback called on the loop thread, at most once
     * @return this response
     */
    @Override
    Response onLost(HttpCallback callback);
}
