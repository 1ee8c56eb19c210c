package dev.anyloop.http;

import java.nio.ByteBuffer;

/**
 * A body on its way out, piece by piece. Once the connection is lost, nothing is sent and nothing complains. All methods belong to the
 * loop thread: elsewhere they throw {@link IllegalStateException}, and change nothing.
 */
public interface BodySink {

    /**
     * Sends a piece of the body.
     *
     * @param data from position to limit; the buffer is the caller's again when this returns
     * @return true while pending bytes are below the high water mark; on false, wait for the drain callback
     * @throws IllegalStateException if the message is over, has no body, or would be longer than its length
     */
    boolean write(ByteBuffer data);

    /**
     * Ends the body.
     *
     * @throws IllegalStateException if it is over already, or shorter than its length
     */
    void end();

    /**
     * Sets what is told when pending bytes fell to the low water mark after {@link #write} has said false.
     *
     * @param callback called on the loop thread, once for each time
     * @return this
     */
    BodySink onDrain(HttpCallback callback);

    /**
     * Sets what is told when the rest of the body is not wanted any more, or cannot be sent, before it was given as a whole.
     *
     * @param callback called on the loop thread, at most once
     * @return this
     */
    BodySink onLost(HttpCallback callback);
}
