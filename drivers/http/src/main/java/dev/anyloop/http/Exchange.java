package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anyloop.http.protocol.Checks;
import dev.anyloop.http.protocol.Headers;
import dev.anyloop.http.protocol.MessageReader;
import dev.anyloop.http.protocol.MessageWriter;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A request and its answer, as a server has them. Long because it is both, with all that handlers may say. */
final class Exchange extends Duplex implements Request, Response {

    private static final int SWITCHING = 101;
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(UTF_8);
    private static final byte[] CLOSE = "Connection: close\r\n".getBytes(UTF_8);
    private static final byte[] UPGRADE = "Connection: upgrade\r\n".getBytes(UTF_8); // goes with that field (RFC 9110, 7.8)
    private static final byte[] KEEP_ALIVE = "Connection: keep-alive\r\n".getBytes(UTF_8); // said to HTTP/1.0 alone

    // set once
    private final HttpConnection connection;
    // of the request
    private @Nullable String method;
    private @Nullable String target;
    private boolean continued;
    private boolean refused; // the server has answered by itself, or cut it off
    private boolean over; // nothing may be asked any more
    // of the answer
    private int status = 200;
    private @Nullable AnswerFields fields; // borrowed; of the head, then trailers
    private boolean keep;
    private @Nullable Upgrade upgrade;

    Exchange(HttpConnection connection, MessageReader reader) {
        super(reader);
        this.connection = connection;
        keep = reader.isPersistent();
    }

    @Override
    HttpConnection connection() {
        return connection;
    }

    // ---- the request, as its handler sees it ----

    private MessageReader reader() {
        if (over) {
            throw new IllegalStateException("this request is over (copy what must be kept)");
        }
        return input();
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
    public boolean asksFor(String protocol) {
        return Upgrade.isAskedFor(protocol, reader().minorVersion(), reader().headers());
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
        return connection.socket().remoteAddress();
    }

    @Override
    public Request onBody(BodyCallback callback) {
        reader();
        listen(callback);
        sayContinue();
        return this;
    }

    private void sayContinue() {
        if (input().expectsContinue() && !continued && !hasBegun() && !isInputOver()) {
            continued = true;
            connection.write(ByteBuffer.wrap(CONTINUE));
        }
    }

    @Override
    public Request onEnd(HttpCallback callback) {
        reader();
        listenToEnd(callback);
        sayContinue(); // it would be waited for in vain
        return this;
    }

    @Override
    public Request body(int most, BytesCallback callback) {
        WholeBody body = collector(most);
        if (reader().contentLength() > most) {
            connection.bodyTooLarge();
            return this;
        }
        return onBody(body::add).onEnd(() -> callback.read(body.bytes()));
    }

    @Override
    void bodyTooLarge() {
        connection.bodyTooLarge();
    }

    @Override
    public Request pause() {
        reader();
        pauseInput();
        return this;
    }

    @Override
    public Request resume() {
        reader();
        resumeInput();
        return this;
    }

    // ---- the request, as the connection has it ----

    /** Whether more of the request may come: what is paused does not, and what nobody wants does, to be read away. */
    boolean wantsInput() {
        return !isInputOver() && (!isInputPaused() || isOver() && !isListenedTo());
    }

    /** Whether it is the client's turn: not while it waits for a word, and the handler has not made up its mind. */
    boolean awaitsInput() {
        return wantsInput() && (!input().expectsContinue() || continued || isOver());
    }

    @Override
    void received(ByteBuffer data) throws Exception {
        continued = true; // it was not waited for
        super.received(data);
        if (isOver() && hasReadTooMuchAway()) {
            keep = false;
            connection.exchangeDone();
        }
    }

    // ---- the answer ----

    @Override
    String what() {
        return "the answer";
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
        addField(name, value);
        return this;
    }

    private void addField(String name, String value) {
        if (fields == null) {
            fields = connection.server().fields().borrow();
        }
        fields.add(name, value);
    }

    /** Such as with 426. */
    private boolean offersUpgrade() {
        return fields != null && fields.offerUpgrade();
    }

    private void moveFieldsTo(MessageWriter writer) {
        if (fields != null) {
            fields.moveTo(writer);
            connection.server().fields().giveBack(fields);
            fields = null;
        }
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
        AnswerFields some = new AnswerFields();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            some.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        if (input().minorVersion() > 0 && !isLost()) {
            MessageWriter writer = connection.writer().status(interimStatus);
            some.moveTo(writer);
            connection.write(writer.endFields().take());
        }
        return this;
    }

    @Override
    public void upgrade(String protocol, UpgradeCallback callback) {
        Upgrade to = new Upgrade(protocol, callback);
        requireToCome();
        if (!asksFor(protocol)) {
            throw new IllegalStateException("the request does not ask for an upgrade to " + protocol + " (ask it before: asksFor)");
        }
        if (!isInputOver() && input().contentLength() != 0) {
            throw new IllegalStateException("the body of the request is not read (upgrade at its end)");
        }
        if (offersUpgrade()) {
            throw new IllegalStateException("the answer has an Upgrade already (leave the field away: it is added)");
        }
        upgrade = to;
        MessageWriter writer = to.write(connection.writer().status(SWITCHING));
        moveFieldsTo(writer);
        connection.write(writer.endFields().take());
        finish();
    }

    @Override
    boolean isDone() {
        return isOver() && upgrade == null && !refused;
    }

    @Override
    public Response length(long newLength) {
        requireToCome();
        if (newLength < 0) {
            throw new IllegalArgumentException("length < 0: " + newLength + " (leave it away if it is not known)");
        }
        setLength(newLength);
        return this;
    }

    @Override
    public void send(String text) {
        send(UTF_8.encode(text));
    }

    @Override
    Coding open() {
        return hasNone() ? Coding.LENGTH : input().minorVersion() > 0 ? Coding.CHUNKED : Coding.UNTIL_CLOSE;
    }

    @Override
    boolean sendsBody() {
        return !hasNone() && !isTo("HEAD");
    }

    /** Whatever the request was (RFC 9110, 15). */
    private boolean hasNone() {
        return status == 204 || status == 205 || status == 304;
    }

    boolean isTo(String name) {
        return method().equals(name);
    }

    @Override
    void requireBody() {
        if (hasNone()) {
            throw new IllegalStateException("an answer with status " + status + " has no body");
        }
    }

    @Override
    MessageWriter head(Coding how) {
        keep &= how != Coding.UNTIL_CLOSE && !connection.server().isClosing() && !leavesTooMuch();
        MessageWriter writer = connection.writer().status(status);
        if (fields == null || !fields.areDated()) {
            writer.raw(connection.server().dateLine());
        }
        if (offersUpgrade()) {
            writer.raw(UPGRADE);
        }
        moveFieldsTo(writer);
        if (!keep) {
            writer.raw(CLOSE);
        } else if (input().minorVersion() == 0) {
            writer.raw(KEEP_ALIVE);
        }
        if (status != 204 && status != 304) {
            length(writer, how);
        }
        return writer.endFields();
    }

    private void length(MessageWriter writer, Coding how) {
        if (how == Coding.LENGTH) {
            writer.contentLength(hasNone() ? 0 : length()); // a client would wait for what a 205 says
        } else if (how == Coding.CHUNKED) {
            writer.chunked();
        }
    }

    /** A body that nobody wants, and that is long, or may not come at all since the client waits for a word. */
    private boolean leavesTooMuch() {
        return !isInputOver() && (input().expectsContinue() && !continued || wouldReadTooMuchAway());
    }

    @Override
    public Response trailer(String name, String value) {
        Checks.trailerName(name);
        if (requireOpenEnd()) {
            addField(name, value);
        } else {
            Checks.fieldValue(value);
        }
        return this;
    }

    @Override
    void trailers(MessageWriter writer) {
        moveFieldsTo(writer);
    }

    @Override
    void outputEnded() {
        connection.exchangeDone();
        connection.rearm();
    }

    @Override
    public Response onDrain(HttpCallback callback) {
        listenToDrain(callback);
        return this;
    }

    @Override
    public Response onLost(HttpCallback callback) {
        listenToLoss(callback);
        return this;
    }

    // ---- the answer, as the connection has it ----

    boolean keepsConnection() {
        return keep;
    }

    /** What takes the place of the answer, if it does. */
    @Nullable Upgrade upgrade() {
        return upgrade;
    }

    /** Whatever its handler still says goes nowhere, and it is told so when the connection is closed. */
    void refuse() {
        refused |= !isOver();
    }

    /** The next request is about to take its place. */
    void over() {
        over = true;
    }
}
