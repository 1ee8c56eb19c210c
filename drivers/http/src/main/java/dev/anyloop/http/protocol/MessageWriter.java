package dev.anyloop.http.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Makes the bytes of messages, checked: what cannot be sent is refused, and nothing of it stays in the bytes. The length of a body is
 * said by {@link #contentLength} or {@link #chunked}, never by a field, so that it says once what is so. One writer serves many
 * connections, one message after the other.
 */
public final class MessageWriter {

    private static final int FIRST_BYTES = 1024;
    private static final int LONGEST_NUMBER = 20;
    private static final byte[] REQUEST_END = ascii(" HTTP/1.1\r\n");
    private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] LAST_CHUNK = ascii("0\r\n");
    private static final byte[][] STATUS_LINES = new byte[600][];

    static {
        for (int status = 100; status < STATUS_LINES.length; status++) {
            STATUS_LINES[status] = ascii("HTTP/1.1 " + status + " " + Reasons.of(status) + "\r\n");
        }
    }

    private byte[] bytes = new byte[FIRST_BYTES];
    private ByteBuffer view = ByteBuffer.wrap(bytes); // of all of it, for who takes
    private int length;

    /** Has written nothing yet. */
    public MessageWriter() {}

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }

    // ---- the first line ----

    /**
     * Begins an answer.
     *
     * @param status 100 to 599
     * @return this writer
     * @throws IllegalArgumentException if there is no such status
     */
    public MessageWriter status(int status) {
        return raw(STATUS_LINES[Checks.status(status)]);
    }

    /**
     * Begins a request.
     *
     * @param method a token
     * @param target as {@link Checks#target} has it
     * @return this writer
     * @throws IllegalArgumentException if one of them cannot be sent
     */
    public MessageWriter request(String method, String target) {
        Checks.method(method);
        Checks.target(target);
        text(method);
        put(' ');
        text(target);
        return raw(REQUEST_END);
    }

    // ---- fields ----

    /**
     * A field, but for those that say how long the message is.
     *
     * @param name a token
     * @param value as {@link Checks#fieldValue} has it
     * @return this writer
     * @throws IllegalArgumentException if it cannot be sent
     */
    public MessageWriter field(String name, String value) {
        Checks.fieldName(name);
        Checks.fieldValue(value);
        if (name.equalsIgnoreCase("Content-Length") || name.equalsIgnoreCase("Transfer-Encoding")) {
            throw new IllegalArgumentException(name + " says how long the message is (use contentLength or chunked)");
        }
        text(name);
        put(':');
        put(' ');
        text(value);
        return lineEnd();
    }

    /**
     * The length of the body.
     *
     * @param number at least 0
     * @return this writer
     * @throws IllegalArgumentException if it is negative
     */
    public MessageWriter contentLength(long number) {
        if (number < 0) {
            throw new IllegalArgumentException("content length < 0: " + number);
        }
        raw(CONTENT_LENGTH);
        number(number, 10);
        return lineEnd();
    }

    /**
     * Says that the body comes in chunks.
     *
     * @return this writer
     */
    public MessageWriter chunked() {
        return raw(CHUNKED);
    }

    /**
     * Ends the fields, or the trailers.
     *
     * @return this writer
     */
    public MessageWriter endFields() {
        return lineEnd();
    }

    // ---- the body ----

    /**
     * Some bytes of a chunked body: none would end it.
     *
     * @param data consumed from position to limit
     * @return this writer
     * @throws IllegalArgumentException if there are none
     */
    public MessageWriter chunk(ByteBuffer data) {
        if (!data.hasRemaining()) {
            throw new IllegalArgumentException("a chunk without bytes would end the body (use lastChunk)");
        }
        chunkHead(data.remaining());
        raw(data);
        return lineEnd();
    }

    /**
     * The line before the bytes of a chunk, for who sends those by themselves, and {@link #endFields} after them.
     *
     * @param size at least 1
     * @return this writer
     */
    public MessageWriter chunkHead(int size) {
        number(size, 16);
        return lineEnd();
    }

    /**
     * Ends a chunked body: trailers may follow, by {@link #field}, and {@link #endFields}.
     *
     * @return this writer
     */
    public MessageWriter lastChunk() {
        return raw(LAST_CHUNK);
    }

    /**
     * Bytes as they are, such as those of a body with a length.
     *
     * @param data consumed from position to limit
     * @return this writer
     */
    public MessageWriter raw(ByteBuffer data) {
        int count = data.remaining();
        ensure(count);
        data.get(bytes, length, count);
        length += count;
        return this;
    }

    /**
     * Bytes as they are, such as lines made before.
     *
     * @param data all of it
     * @return this writer
     */
    public MessageWriter raw(byte[] data) {
        ensure(data.length);
        System.arraycopy(data, 0, bytes, length, data.length);
        length += data.length;
        return this;
    }

    // ---- bytes ----

    /**
     * What was written since the last call.
     *
     * @return the bytes, valid until something else is written
     */
    public ByteBuffer take() {
        view.clear().limit(length);
        length = 0;
        return view;
    }

    private void ensure(int more) {
        if (more > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), 2 * bytes.length));
            view = ByteBuffer.wrap(bytes);
        }
    }

    private MessageWriter lineEnd() {
        put('\r');
        put('\n');
        return this;
    }

    private void put(char c) {
        ensure(1);
        bytes[length++] = (byte) c;
    }

    /** Checked before: each character is a byte. */
    private void text(String text) {
        int count = text.length();
        ensure(count);
        for (int i = 0; i < count; i++) {
            bytes[length + i] = (byte) text.charAt(i);
        }
        length += count;
    }

    private void number(long number, int radix) {
        ensure(LONGEST_NUMBER);
        int digits = 1;
        for (long rest = number / radix; rest > 0; rest /= radix) {
            digits++;
        }
        long rest = number;
        for (int i = digits - 1; i >= 0; i--) {
            bytes[length + i] = (byte) Character.forDigit((int) (rest % radix), radix);
            rest /= radix;
        }
        length += digits;
    }
}
