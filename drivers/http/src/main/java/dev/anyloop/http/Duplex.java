package dev.anyloop.http;

import dev.anyloop.http.protocol.MessageReader;
import dev.anyloop.http.protocol.MessageWriter;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One message that comes and one that goes, which is what an exchange is to either side. A class to extend, and long, because a server
 * makes a single object for each request.
 */
abstract class Duplex {

    static final long UNKNOWN = -1;
    private static final int COPIED = 16_384; // bytes of a body that go with the head in one write
    private static final int READ_AWAY = 262_144; // bytes of a body that nobody wants, rather than close

    /** How much of the message that goes was given. */
    private enum Progress { TO_COME, BEGUN, OVER }

    /** How its end is told. */
    enum Coding { LENGTH, CHUNKED, UNTIL_CLOSE }

    // set once
    private final MessageReader reader;
    // of the message that comes
    private @Nullable BodyCallback onBody;
    private @Nullable HttpCallback onEnd;
    private boolean paused;
    private boolean everPaused;
    private boolean inputOver;
    private boolean missed; // some of it was nobody's
    private int readAway;
    // of the message that goes
    private Progress progress = Progress.TO_COME;
    private Coding coding = Coding.LENGTH;
    private long length = UNKNOWN;
    private long sent;
    private boolean lost;
    private @Nullable HttpCallback onDrain;
    private @Nullable HttpCallback onLost;

    Duplex(MessageReader reader) {
        this.reader = reader;
    }

    abstract MessageConnection connection();

    /** Before anything is changed (THREAD-001): what is half done would never be whole, and the writer is that of all connections. */
    private void checkThread() {
        connection().checkThread();
    }

    /** Of the message that comes. */
    final MessageReader input() {
        return reader;
    }

    // ---- the message that comes ----

    final void listen(BodyCallback callback) {
        requireToListen(missed);
        onBody = callback;
    }

    final void listenToEnd(HttpCallback callback) {
        requireToListen(inputOver);
        onEnd = callback;
    }

    /** Who listens too late would wait for ever, or take a part for the whole. */
    private void requireToListen(boolean tooLate) {
        checkThread();
        if (tooLate || inputOver) {
            throw new IllegalStateException("the body is over, or some of it was discarded (listen in the callback that has it, or pause it there)");
        }
    }

    /** One that is larger is not collected. */
    final WholeBody collector(int most) {
        checkThread();
        WholeBody.checkMost(most);
        return new WholeBody(most, this::bodyTooLarge);
    }

    abstract void bodyTooLarge() throws Exception;

    final void pauseInput() {
        checkThread();
        paused = true;
        everPaused = true;
        connection().rearm();
    }

    final void resumeInput() {
        checkThread();
        if (paused) {
            boolean resumed = false;
            paused = false;
            try {
                connection().rearm();
                connection().readOn();
                resumed = true;
            } finally {
                paused = !resumed; // for want of memory or stack
            }
        }
    }

    /** Whether somebody wants it, though the message that goes be over. */
    final boolean isListenedTo() {
        return onBody != null || onEnd != null;
    }

    final boolean isInputPaused() {
        return paused;
    }

    /** Whether more may be here than the last view had: nothing was read for a while. */
    final boolean wasEverPaused() {
        return everPaused;
    }

    final boolean isInputOver() {
        return inputOver;
    }

    void received(ByteBuffer data) throws Exception {
        if (onBody != null && !lost) {
            onBody.read(data);
        } else {
            missed = true;
            readAway += isOver() ? data.remaining() : 0;
        }
    }

    void inputEnded() throws Exception {
        inputOver = true;
        if (onEnd != null) {
            onEnd.run();
        }
    }

    final boolean hasReadTooMuchAway() {
        return readAway > READ_AWAY;
    }

    /** It is announced, and nobody wants it. */
    final boolean wouldReadTooMuchAway() {
        return onBody == null && reader.contentLength() > READ_AWAY;
    }

    // ---- the message that goes ----

    /** Its name, for messages. */
    abstract String what();

    /** Begins it; the bytes are still in the writer. */
    abstract MessageWriter head(Coding how);

    /** Of a body whose length is not known. */
    abstract Coding open();

    /** Whether the bytes of its body are sent: there may be some that are only counted. */
    boolean sendsBody() {
        return true;
    }

    /** Throws if it has none. */
    void requireBody() {}

    /** Writes those that there are. */
    void trailers(MessageWriter writer) {}

    /** All of it was given. */
    abstract void outputEnded();

    final boolean hasBegun() {
        return progress != Progress.TO_COME;
    }

    final boolean isOver() {
        return progress == Progress.OVER;
    }

    final void setLength(long newLength) {
        length = newLength;
    }

    final long length() {
        return length;
    }

    final void requireToCome() {
        checkThread();
        if (hasBegun()) {
            throw new IllegalStateException(what() + " has begun (call this before the first write, and send once)");
        }
    }

    /** For trailers, which have no place elsewhere. False if there is none either, since the peer does not know of chunks. */
    final boolean requireOpenEnd() {
        requireNotOver();
        if (!hasBegun() || coding == Coding.LENGTH) {
            throw new IllegalStateException("trailers come behind chunks (write before, without a length; " + what()
                    + (hasBegun() ? " is not sent in chunks)" : " has not begun)"));
        }
        return coding == Coding.CHUNKED;
    }

    private void requireNotOver() {
        checkThread();
        if (isOver()) {
            throw new IllegalStateException(what() + " is over (there is one only)");
        }
    }

    public final void send(byte[] body) {
        if (body.length > COPIED) {
            send(ByteBuffer.wrap(body));
            return;
        }
        MessageWriter writer = headOf(body.length);
        connection().writeWhole((sendsBody() ? writer.raw(body) : writer).take());
        finish();
    }

    public final void send(ByteBuffer body) {
        MessageWriter writer = headOf(body.remaining());
        if (!sendsBody()) {
            body.position(body.limit());
        } else if (body.remaining() <= COPIED) {
            writer.raw(body);
        }
        if (body.hasRemaining()) {
            flush(writer);
            write(body, false);
        } else {
            connection().writeWhole(writer.take());
        }
        finish();
    }

    private MessageWriter headOf(int count) {
        requireToCome();
        if (length != UNKNOWN && length != count) {
            throw new IllegalStateException("the body has " + count + " bytes, and its length was " + length);
        }
        if (count > 0) {
            requireBody();
        }
        length = count;
        return begin(Coding.LENGTH);
    }

    private MessageWriter begin(Coding how) {
        MessageWriter writer = head(how);
        progress = Progress.BEGUN;
        coding = how;
        return writer;
    }

    public final boolean write(ByteBuffer data) {
        requireNotOver();
        if (data.hasRemaining()) {
            requireBody();
        }
        if (length != UNKNOWN && data.remaining() > length - sent) {
            throw new IllegalStateException(
                    "the body would be longer than its length, " + length + ": " + sent + " bytes and " + data.remaining() + " more");
        }
        boolean first = !hasBegun();
        MessageWriter writer = first ? begin(coding()) : connection().writer();
        sent += data.remaining();
        if (!data.hasRemaining() || !sendsBody()) {
            data.position(data.limit());
            return first ? flush(writer) : !lost;
        }
        boolean chunked = coding == Coding.CHUNKED;
        if (chunked) {
            writer.chunkHead(data.remaining());
        }
        if (data.remaining() <= COPIED) {
            writer.raw(data);
            return flush(chunked ? writer.endFields() : writer);
        }
        if (first || chunked) {
            flush(writer);
        }
        return write(data, chunked);
    }

    private Coding coding() {
        return length != UNKNOWN ? Coding.LENGTH : open();
    }

    private boolean write(ByteBuffer data, boolean chunked) {
        boolean room = connection().write(data);
        return chunked ? flush(connection().writer().endFields()) : room;
    }

    private boolean flush(MessageWriter writer) {
        ByteBuffer bytes = writer.take();
        return bytes.hasRemaining() ? connection().write(bytes) : !lost;
    }

    public final void end() {
        requireNotOver();
        if (!hasBegun() && length == UNKNOWN) {
            send(ByteBuffer.allocate(0));
            return;
        }
        if (length != UNKNOWN && sent != length && sendsBody()) {
            throw new IllegalStateException("the body has " + sent + " bytes, and its length was " + length);
        }
        MessageWriter writer = hasBegun() ? connection().writer() : begin(coding());
        if (coding == Coding.CHUNKED && sendsBody()) {
            trailers(writer.lastChunk());
            writer.endFields();
        }
        flush(writer);
        finish();
    }

    final void finish() {
        progress = Progress.OVER;
        outputEnded();
    }

    final void listenToDrain(HttpCallback callback) {
        checkThread();
        onDrain = callback;
    }

    final void listenToLoss(HttpCallback callback) {
        checkThread();
        onLost = callback;
    }

    final void drained() throws Exception {
        if (onDrain != null && !isOver()) {
            onDrain.run();
        }
    }

    // ---- the end ----

    /** What there is to be lost is given. */
    boolean isDone() {
        return isOver();
    }

    final boolean isLost() {
        return lost;
    }

    /** The connection is gone, or not for this any more. */
    final void lost() throws Exception {
        lost = true;
        HttpCallback callback = onLost;
        onLost = null;
        if (callback != null && !isDone()) {
            callback.run();
        }
    }
}
