package dev.anyloop.http.protocol;

import java.nio.ByteBuffer;
import java.util.Set;

/**
 * Reads the messages of one direction of a connection, one after the other: bytes go in as they come, events come out.
 *
 * <p>A message is {@code HEAD (BODY)* END}. After the end the reader takes nothing more until {@link #begin()} or
 * {@link #begin(String)} asks for the next message, so who answers in order reads in order. Where the input is cut makes no
 * difference but to how a body is cut. A {@link MalformedException} is final. The class is long because what it tells of a message stands
 * beside what reads it.
 */
public final class MessageReader {

    /** What {@link #next} has found. */
    public enum Event {
        /** Nothing: the input is used up. */
        NEED_MORE,
        /** The first line and the fields. */
        HEAD,
        /** Some bytes of the body, {@link MessageReader#body()}. */
        BODY,
        /** The message is over, its trailers are there. */
        END
    }

    private enum State { HEAD, LENGTH, CHUNK_LINE, CHUNK, TRAILERS, UNTIL_CLOSE, END, BROKEN }

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    // set once
    private final boolean requests;
    private final Limits limits;
    private final Fields fields = new Fields();
    private final HeadReader head;
    private final Framing framing;
    private final ChunkReader chunks;
    // of the message
    private State state = State.HEAD;
    private long message;
    private String asked = "";
    private int trailersFrom;
    private long left; // of the body or the chunk
    private long bodyBytes;
    private ByteBuffer body = NOTHING;

    private MessageReader(boolean requests, Limits limits, Set<Leniency> leniencies) {
        this.requests = requests;
        this.limits = limits;
        head = new HeadReader(requests, limits, leniencies, fields);
        framing = new Framing(requests, leniencies, fields);
        chunks = new ChunkReader(limits);
    }

    /**
     * A server's, which reads requests.
     *
     * @param limits how much of them
     * @param leniencies what is let pass; none if empty
     * @return a reader at the beginning of a connection
     */
    public static MessageReader ofRequests(Limits limits, Set<Leniency> leniencies) {
        return new MessageReader(true, limits, leniencies);
    }

    /**
     * A client's, which reads answers; {@link #begin(String)} comes before the first.
     *
     * @param limits how much of them
     * @param leniencies what is let pass; none if empty
     * @return a reader at the beginning of a connection
     */
    public static MessageReader ofAnswers(Limits limits, Set<Leniency> leniencies) {
        MessageReader reader = new MessageReader(false, limits, leniencies);
        reader.state = State.END;
        return reader;
    }

    /**
     * Reads the next request. What was asked about the one before is no longer to be had.
     *
     * @throws IllegalStateException unless it is over, or if answers are read
     */
    public void begin() {
        require(requests, "this one reads answers (use begin(method))");
        require(state == State.END || state == State.HEAD && !head.hasBegun(), "the message before is not over");
        clear();
    }

    /**
     * Reads the answer to a request, or the next one after an interim answer (1xx).
     *
     * @param method that of the request, for answers to HEAD and CONNECT have no body
     * @throws IllegalStateException unless the answer before is over, or if requests are read
     */
    public void begin(String method) {
        require(!requests, "this one reads requests (use begin())");
        require(state == State.END, "the message before is not over");
        asked = method;
        clear();
    }

    private void clear() {
        message++;
        head.begin();
        state = State.HEAD;
        body = NOTHING;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    // ---- reading ----

    /**
     * Reads on.
     *
     * @param in consumed up to the end of what was found
     * @return what was found
     * @throws MalformedException if a rule is broken; nothing more can be read then
     */
    public Event next(ByteBuffer in) throws MalformedException {
        try {
            return advance(in);
        } catch (MalformedException e) {
            state = State.BROKEN;
            throw e;
        }
    }

    private Event advance(ByteBuffer in) throws MalformedException {
        for (;;) {
            switch (state) {
                case HEAD -> {
                    return head.read(in) ? headRead() : Event.NEED_MORE;
                }
                case LENGTH, CHUNK, UNTIL_CLOSE -> {
                    return in.hasRemaining() ? take(in) : Event.NEED_MORE;
                }
                case CHUNK_LINE -> {
                    if (!nextChunk(in)) {
                        return Event.NEED_MORE;
                    }
                }
                case TRAILERS -> {
                    if (!head.read(in)) {
                        return Event.NEED_MORE;
                    }
                    framing.checkTrailers(trailersFrom);
                    state = State.END;
                }
                case END -> {
                    return Event.END;
                }
                default -> throw new IllegalStateException("nothing can be read after a broken message");
            }
        }
    }

    private Event headRead() throws MalformedException {
        fields.headRead(head.fieldsFrom(), head.fieldsTo());
        trailersFrom = fields.count;
        bodyBytes = 0;
        if (requests) {
            framing.readRequest(head.minor);
        } else {
            framing.readAnswer(head.minor);
        }
        if (requests ? isMethod("CONNECT") : hasNoBody()) {
            state = State.END;
        } else if (framing.chunked) {
            chunks.begin();
            state = State.CHUNK_LINE;
        } else if (framing.length >= 0 || requests) {
            left = Math.max(0, framing.length);
            checkSize(left);
            state = left == 0 ? State.END : State.LENGTH;
        } else {
            state = State.UNTIL_CLOSE;
        }
        return Event.HEAD;
    }

    /** Whatever its fields say (RFC 9112, 6.3). */
    private boolean hasNoBody() {
        return head.status < 200 || head.status == 204 || head.status == 304 || asked.equals("HEAD")
                || asked.equals("CONNECT") && head.status < 300;
    }

    private void checkSize(long more) throws MalformedException {
        if (more > limits.body() - bodyBytes) {
            throw new MalformedException(Rule.BODY_TOO_LARGE, fields.bytes, 0, head.firstLineTo());
        }
        bodyBytes += more;
    }

    private boolean nextChunk(ByteBuffer in) throws MalformedException {
        long size = chunks.read(in);
        if (size < 0) {
            return false;
        }
        checkSize(size);
        left = size;
        if (size > 0) {
            state = State.CHUNK;
        } else {
            head.beginTrailers();
            state = State.TRAILERS;
        }
        return true;
    }

    private Event take(ByteBuffer in) throws MalformedException {
        int count = in.remaining();
        if (state == State.UNTIL_CLOSE) {
            checkSize(count);
        } else {
            count = (int) Math.min(count, left);
            left -= count;
        }
        body = in.slice(in.position(), count);
        in.position(in.position() + count);
        if (state == State.CHUNK && left == 0) {
            chunks.dataRead();
            state = State.CHUNK_LINE;
        } else if (state == State.LENGTH && left == 0) {
            state = State.END;
        }
        return Event.BODY;
    }

    /**
     * The peer has ended its side: nothing more comes.
     *
     * @return END if that ends an answer whose length was open, NEED_MORE if no message had begun
     * @throws MalformedException if it is inside a message ({@link Rule#TRUNCATED})
     */
    public Event end() throws MalformedException {
        if (state == State.UNTIL_CLOSE || state == State.END) {
            state = State.END;
            return Event.END;
        }
        if (state == State.HEAD && !head.hasBegun()) {
            return Event.NEED_MORE;
        }
        state = State.BROKEN;
        throw new MalformedException(Rule.TRUNCATED, fields.bytes, 0, fields.filled);
    }

    // ---- what was read ----

    /**
     * Whether some of the next message is there, but not its whole head.
     *
     * @return true from its first byte to its head; empty lines before a request are none of its
     */
    public boolean isInHead() {
        return state == State.HEAD && head.hasBegun();
    }

    /**
     * The bytes of the body that the last event was about.
     *
     * @return a view of the input, valid as long as that is
     */
    public ByteBuffer body() {
        return body;
    }

    /** Which message this is, so that views of it know when it is over. */
    long message() {
        return message;
    }

    /**
     * The method of a request.
     *
     * @return the method, as it was written: case matters; nothing until it was read
     */
    public String method() {
        return Methods.of(fields, head.methodFrom, head.methodTo);
    }

    private boolean isMethod(String name) {
        return Methods.isExactly(fields.bytes, head.methodFrom, head.methodTo, name);
    }

    /**
     * The target of a request, as it was written: nothing is decoded.
     *
     * @return the target, in one of the four forms of RFC 9112, 3.2
     */
    public String target() {
        return fields.text(head.methodTo + 1, head.targetTo);
    }

    /**
     * The minor version.
     *
     * @return 0 for HTTP/1.0, 1 for HTTP/1.1 and what claims to be newer
     */
    public int minorVersion() {
        return head.minor;
    }

    /**
     * The status of an answer.
     *
     * @return 100 to 599
     */
    public int status() {
        return head.status;
    }

    /**
     * The words after the status.
     *
     * @return the words, often none
     */
    public String reason() {
        return fields.text(head.reasonFrom, head.reasonTo);
    }

    /**
     * The fields of the head.
     *
     * @return a view, valid until the next message is read
     */
    public Headers headers() {
        return new Headers(this, fields, 0, trailersFrom, message);
    }

    /**
     * The fields after a chunked body, which are of the sender's choice and never replace those of the head (RFC 9110, 6.5).
     *
     * @return a view, with nothing in it before the end of the message
     */
    public Headers trailers() {
        return new Headers(this, fields, trailersFrom, state == State.END ? fields.count : trailersFrom, message);
    }

    /**
     * How long the body will be.
     *
     * @return the number of bytes, or -1 if only its end will tell
     */
    public long contentLength() {
        return framing.chunked ? Framing.NONE : requests ? Math.max(0, framing.length) : framing.length;
    }

    /**
     * Whether the connection can be used for another message after this one (RFC 9112, 9.3).
     *
     * @return false if the peer wants it closed, or if its end is the end of the message
     */
    public boolean isPersistent() {
        return framing.persistent && (requests || framing.chunked || framing.length >= 0 || hasNoBody());
    }

    /**
     * Whether a client waits for {@code 100 Continue} before it sends the body (RFC 9110, 10.1.1).
     *
     * @return true if it does, at least for a while
     */
    public boolean expectsContinue() {
        return framing.expectsContinue;
    }
}
