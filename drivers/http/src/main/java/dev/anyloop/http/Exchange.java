package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anyloop.http.protocol.Checks;
import dev.anyloop.http.protocol.Headers;
import dev.anyloop.http.protocol.MessageReader;
import dev.anyloop.http.protocol.MessageWriter;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request and its answer: one object for both, and as long as both, since it is all that is made for each request. */
final class Exchange implements Request, Response {

    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(UTF_8);
    private static final byte[] CLOSE = "Connection: close\r\n".getBytes(UTF_8);
    private static final byte[] KEEP_ALIVE = "Connection: keep-alive\r\n".getBytes(UTF_8); // said to HTTP/1.0 alone
    private static final int COPIED = 16_384; // bytes of a body that go with the head in one write
    private static final int READ_AWAY = 262_144; // bytes of a body that nobody wants, rather than close
    private static final long UNKNOWN = -1;

    private enum Answer { TO_COME, BEGUN, OVER }

    private enum Coding { LENGTH, CHUNKED, UNTIL_CLOSE }

    // set once
    private final HttpConnection connection;
    private final MessageReader reader;
    // of the request
    private @Nullable String method;
    private @Nullable String target;
    private @Nullable BodyCallback onBody;
    private @Nullable HttpCallback onEnd;
    private boolean paused;
    private boolean requestOver;
    private boolean continued;
    private long readAway;
    private boolean over; // nothing may be asked any more
    // of the answer
    private Answer answer = Answer.TO_COME;
    private Coding coding = Coding.LENGTH;
    private int status = 200;
    private @Nullable List<String> fields; // names and values in turn
    private boolean dated;
    private long length = UNKNOWN;
    private long sent;
    private boolean keep;
    private boolean lost;
    private @Nullable HttpCallback onDrain;
    private @Nullable HttpCallback onLost;

    Exchange(HttpConnection connection, MessageReader reader) {
        this.connection = connection;
        this.reader = reader;
        keep = reader.isPersistent();
    }

    // ---- the request, as its handler sees it ----

    private MessageReader reader() {
        if (over) {
            throw new IllegalStateException("this request is over (copy what must be kept)");
        }
        return reader;
    }

    @Override
    public String method() {
        MessageReader valid = reader();
        if (method == null) {
            method = valid.method();
        }
        return method;
    }

    @Override
    public String target() {
        MessageReader valid = reader();
        if (target == null) {
            target = valid.target();
        }
        return target;
    }

    @Override
    public int minorVersion() {
        return reader().minorVersion();
    }

    @Override
    public Headers headers() {
        return reader().headers();
    }

    @Override
    public Headers trailers() {
        return reader().trailers();
    }

    @Override
    public long contentLength() {
        return reader().contentLength();
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
        return connection.socket().remoteAddress();
    }

    @Override
    public Request onBody(BodyCallback callback) {
        reader();
        onBody = callback;
        if (reader.expectsContinue() && !continued && answer == Answer.TO_COME && !requestOver) {
            continued = true;
            connection.write(ByteBuffer.wrap(CONTINUE));
        }
        return this;
    }

    @Override
    public Request onEnd(HttpCallback callback) {
        reader();
        onEnd = callback;
        return this;
    }

    @Override
    public Request body(int most, BytesCallback callback) {
        if (most < 0) {
            throw new IllegalArgumentException("most < 0: " + most + " (use 0 if there may be no body)");
        }
        if (reader().contentLength() > most) {
            connection.bodyTooLarge();
            return this;
        }
        WholeBody body = new WholeBody(most, connection::bodyTooLarge);
        return onBody(body::add).onEnd(() -> callback.read(body.bytes()));
    }

    @Override
    public Request pause() {
        reader();
        paused = true;
        connection.rearm();
        return this;
    }

    @Override
    public Request resume() {
        reader();
        if (paused) {
            paused = false;
            connection.rearm();
            connection.readOn();
        }
        return this;
    }

    // ---- the request, as the connection has it ----

    /** Whether more of the request may come: what is paused does not, and what nobody wants does, to be read away. */
    boolean wantsInput() {
        return !requestOver && (!paused || answer == Answer.OVER);
    }

    /** Whether it is the client's turn: not while it waits for a word, and the handler has not made up its mind. */
    boolean awaitsInput() {
        return wantsInput() && (!reader.expectsContinue() || continued || answer == Answer.OVER);
    }

    void received(ByteBuffer data) throws Exception {
        continued = true; // it was not waited for
        if (onBody != null && !lost) {
            onBody.read(data);
        } else if (answer == Answer.OVER) {
            readAway += data.remaining();
            if (readAway > READ_AWAY) {
                keep = false;
                connection.exchangeDone();
            }
        }
    }

    void requestEnded() throws Exception {
        requestOver = true;
        HttpCallback callback = onEnd;
        if (callback != null) {
            onEnd = null;
            callback.run();
        }
    }

    boolean isRequestOver() {
        return requestOver;
    }

    // ---- the answer ----

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    private void requireToCome() {
        require(answer == Answer.TO_COME, "the answer has begun (call this before the first write, and send once)");
    }

    @Override
    public Response status(int newStatus) {
        requireToCome();
        if (Checks.status(newStatus) < 200) {
            throw new IllegalArgumentException("status: " + newStatus + " (use interim for 1xx)");
        }
        status = newStatus;
        return this;
    }

    @Override
    public Response header(String name, String value) {
        requireToCome();
        Checks.fieldName(name);
        Checks.fieldValue(value);
        if (name.equalsIgnoreCase("Content-Length") || name.equalsIgnoreCase("Transfer-Encoding") || name.equalsIgnoreCase("Connection")) {
            throw new IllegalArgumentException(name + " is added by itself (use length, write or closeAfter)");
        }
        if (fields == null) {
            fields = new ArrayList<>(4);
        }
        fields.add(name);
        fields.add(value);
        dated |= name.equalsIgnoreCase("Date");
        return this;
    }

    @Override
    public Response closeAfter() {
        requireToCome();
        keep = false;
        return this;
    }

    @Override
    public Response interim(int interimStatus, String... namesAndValues) {
        requireToCome();
        if (interimStatus < 102 || interimStatus > 199 || namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("interim answer: " + interimStatus + " with " + namesAndValues.length
                    + " names and values (use 102 to 199, and a value for each name)");
        }
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Checks.fieldName(namesAndValues[i]);
            Checks.fieldValue(namesAndValues[i + 1]);
        }
        if (reader.minorVersion() == 0 || lost) {
            return this;
        }
        MessageWriter writer = connection.server().writer().status(interimStatus);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            writer.field(namesAndValues[i], namesAndValues[i + 1]);
        }
        connection.write(writer.endFields().take());
        return this;
    }

    @Override
    public Response length(long newLength) {
        requireToCome();
        if (newLength < 0) {
            throw new IllegalArgumentException("length < 0: " + newLength + " (leave it away if it is not known)");
        }
        length = newLength;
        return this;
    }

    @Override
    public void send(String text) {
        send(UTF_8.encode(text));
    }

    @Override
    public void send(byte[] body) {
        if (body.length > COPIED) {
            send(ByteBuffer.wrap(body));
            return;
        }
        MessageWriter writer = headOf(body.length);
        flush(hasBody() ? writer.raw(body) : writer);
        answered();
    }

    private MessageWriter headOf(int count) {
        requireToCome();
        if (length != UNKNOWN && length != count) {
            throw new IllegalStateException("the body has " + count + " bytes, and its length was " + length);
        }
        requireBody(count > 0);
        length = count;
        return head(Coding.LENGTH);
    }

    @Override
    public void send(ByteBuffer body) {
        MessageWriter writer = headOf(body.remaining());
        if (!hasBody()) {
            body.position(body.limit());
        } else if (body.remaining() <= COPIED) {
            writer.raw(body);
        }
        flush(writer);
        if (body.hasRemaining()) {
            write(body, false);
        }
        answered();
    }

    @Override
    public boolean write(ByteBuffer data) {
        require(answer != Answer.OVER, "the answer is over (there is one for each request)");
        requireBody(data.hasRemaining());
        if (length != UNKNOWN && data.remaining() > length - sent) {
            throw new IllegalStateException(
                    "the body would be longer than its length, " + length + ": " + sent + " bytes and " + data.remaining() + " more");
        }
        boolean first = answer == Answer.TO_COME;
        MessageWriter writer = first ? head(coding()) : connection.server().writer();
        sent += data.remaining();
        if (!data.hasRemaining() || !hasBody()) {
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

    private boolean write(ByteBuffer data, boolean chunked) {
        boolean room = connection.write(data);
        return chunked ? flush(connection.server().writer().endFields()) : room;
    }

    @Override
    public void end() {
        require(answer != Answer.OVER, "the answer is over (there is one for each request)");
        if (answer == Answer.TO_COME && length == UNKNOWN) {
            send();
            return;
        }
        if (length != UNKNOWN && sent != length && hasBody()) {
            throw new IllegalStateException("the body has " + sent + " bytes, and its length was " + length);
        }
        MessageWriter writer = answer == Answer.TO_COME ? head(coding()) : connection.server().writer();
        if (coding == Coding.CHUNKED && hasBody()) {
            writer.lastChunk().endFields();
        }
        flush(writer);
        answered();
    }

    private Coding coding() {
        return length != UNKNOWN || hasNone() ? Coding.LENGTH : reader.minorVersion() > 0 ? Coding.CHUNKED : Coding.UNTIL_CLOSE;
    }

    private boolean hasBody() {
        return !hasNone() && !isTo("HEAD");
    }

    /** Whatever the request was (RFC 9110, 15). */
    private boolean hasNone() {
        return status == 204 || status == 205 || status == 304;
    }

    private boolean isTo(String name) {
        return method().equals(name);
    }

    private void requireBody(boolean has) {
        if (has && hasNone()) {
            throw new IllegalStateException("an answer with status " + status + " has no body");
        }
    }

    /** Begins the answer; its bytes are still in the writer. */
    private MessageWriter head(Coding how) {
        if (status < 300 && isTo("CONNECT")) {
            throw new IllegalStateException("there are no tunnels here: answer CONNECT with another status than " + status);
        }
        answer = Answer.BEGUN;
        coding = how;
        keep &= how != Coding.UNTIL_CLOSE && !connection.server().isClosing() && !leavesTooMuch();
        MessageWriter writer = connection.server().writer().status(status);
        if (!dated) {
            writer.raw(connection.server().dateLine());
        }
        for (int i = 0; fields != null && i < fields.size(); i += 2) {
            writer.field(fields.get(i), fields.get(i + 1));
        }
        if (!keep) {
            writer.raw(CLOSE);
        } else if (reader.minorVersion() == 0) {
            writer.raw(KEEP_ALIVE);
        }
        if (status != 204 && status != 304) {
            length(writer, how);
        }
        return writer.endFields();
    }

    private void length(MessageWriter writer, Coding how) {
        if (how == Coding.LENGTH) {
            writer.contentLength(Math.max(0, length)); // that of a 205 was not said
        } else if (how == Coding.CHUNKED) {
            writer.chunked();
        }
    }

    /** A body that nobody wants, and that is long, or may not come at all since the client waits for a word. */
    private boolean leavesTooMuch() {
        return !requestOver && (reader.expectsContinue() && !continued || onBody == null && reader.contentLength() > READ_AWAY);
    }

    private boolean flush(MessageWriter writer) {
        ByteBuffer bytes = writer.take();
        return bytes.hasRemaining() ? connection.write(bytes) : !lost;
    }

    private void answered() {
        answer = Answer.OVER;
        fields = null;
        connection.exchangeDone();
        connection.rearm();
    }

    @Override
    public Response onDrain(HttpCallback callback) {
        onDrain = callback;
        return this;
    }

    @Override
    public Response onLost(HttpCallback callback) {
        onLost = callback;
        return this;
    }

    // ---- the answer, as the connection has it ----

    boolean hasBegun() {
        return answer != Answer.TO_COME;
    }

    boolean isAnswered() {
        return answer == Answer.OVER;
    }

    boolean keepsConnection() {
        return keep;
    }

    void drained() throws Exception {
        if (onDrain != null && answer != Answer.OVER) {
            onDrain.run();
        }
    }

    /** The next request is about to take its place. */
    void over() {
        over = true;
    }

    /** The connection is gone. */
    void lost() throws Exception {
        boolean whole = answer == Answer.OVER;
        lost = true;
        HttpCallback callback = onLost;
        onLost = null;
        if (callback != null && !whole) {
            callback.run();
        }
    }
}
