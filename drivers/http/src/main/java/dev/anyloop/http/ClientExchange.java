package dev.anyloop.http;

import dev.anyloop.http.protocol.Headers;
import dev.anyloop.http.protocol.MessageReader;
import dev.anyloop.http.protocol.MessageWriter;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request on a connection, and what is answered there. Long because it is both, as users and connections see them. */
final class ClientExchange extends Duplex implements ClientResponse, BodySink {

    private static final int MOST_INTERIM = 100;
    private static final int CONTINUE = 100;
    private static final int SWITCHING = 101;

    /** What is waited for. */
    enum Phase { CONTINUE, HEAD, BODY, OTHERS }

    // set once
    private final ClientConnection connection;
    private final Call call;
    private final Outgoing outgoing;
    // loop thread
    private boolean withheld; // its body, until the server says a word
    private int interim;
    private boolean hasHead;
    private boolean over;

    ClientExchange(ClientConnection connection, Call call) {
        super(connection.reader());
        this.connection = connection;
        this.call = call;
        this.outgoing = call.outgoing();
    }

    @Override
    ClientConnection connection() {
        return connection;
    }

    Call call() {
        return call;
    }

    Outgoing outgoing() {
        return outgoing;
    }

    // ---- the request ----

    void start() {
        RequestBody body = outgoing.body();
        if (body == null) {
            send(new byte[0]);
        } else if (body.bytes() != null && !outgoing.expects()) {
            send(body.bytes());
        } else {
            setLength(body.length());
            write(ByteBuffer.allocate(0)); // the head
            withheld = outgoing.expects();
            if (!withheld) {
                sendBodySoon();
            }
        }
        connection.rearm();
    }

    /** Never inside the call that sent the request. */
    private void sendBodySoon() {
        connection.socket().loop().timer(Duration.ZERO, timer -> {
            if (!over) {
                connection.run(this::sendBody);
            }
        });
    }

    private void sendBody() throws Exception {
        RequestBody body = outgoing.body();
        if (body.bytes() != null) {
            write(ByteBuffer.wrap(body.bytes()));
            end();
        } else {
            body.source().send(this);
        }
    }

    /** The server wants the body, or says nothing. */
    void goOn() {
        if (withheld) {
            withheld = false;
            sendBodySoon();
            connection.rearm();
        }
    }

    boolean withholdsBody() {
        return withheld;
    }

    @Override
    String what() {
        return "the request";
    }

    @Override
    MessageWriter head(Coding how) {
        MessageWriter writer = connection.writer();
        outgoing.write(writer, how, length());
        return writer;
    }

    @Override
    Coding open() {
        return Coding.CHUNKED;
    }

    @Override
    void outputEnded() {
        connection.rearm();
    }

    @Override
    public BodySink onDrain(HttpCallback callback) {
        listenToDrain(callback);
        return this;
    }

    @Override
    public BodySink onLost(HttpCallback callback) {
        listenToLoss(callback);
        return this;
    }

    // ---- the answer, as the connection has it ----

    boolean wantsInput() {
        return !over && !isInputPaused() && !connection.isLeaving();
    }

    Phase phase() {
        if (withheld && !hasHead) {
            return Phase.CONTINUE;
        }
        if (hasHead) {
            return isInputPaused() ? Phase.OTHERS : Phase.BODY;
        }
        boolean hasLeft = isOver() && connection.socket().pendingBytes() == 0; // until then there is a deadline of its own
        return hasLeft ? Phase.HEAD : Phase.OTHERS;
    }

    /** Whether something of an answer came. */
    boolean isAnswered() {
        return interim > 0 || hasHead || connection.isLeaving() || input().isInHead();
    }

    void headRead() throws Exception {
        int status = input().status();
        if (status >= 200) {
            hasHead = true;
            call.answered(this);
        } else if (status == SWITCHING) {
            switchProtocol();
        } else if (++interim > MOST_INTERIM) {
            connection.fail(HttpFailure.MALFORMED, "more than " + MOST_INTERIM + " answers in between", null);
        } else if (status == CONTINUE) {
            goOn();
        } else {
            call.interim(status, input().headers());
        }
    }

    private void switchProtocol() throws Exception {
        Upgrade upgrade = outgoing.upgrade();
        if (upgrade == null || !isOver() || !upgrade.isGranted(input().minorVersion(), input().headers())) {
            connection.fail(HttpFailure.MALFORMED, "101, which nobody asked for", null);
        } else {
            connection.leaveTo(upgrade.callback(), input().headers());
        }
    }

    /** Of the message just read: another one comes after it. */
    boolean isInterim() {
        return !hasHead;
    }

    @Override
    void received(ByteBuffer data) throws Exception {
        super.received(data);
        if (hasReadTooMuchAway()) {
            call.readTooMuchAway();
        }
    }

    /** All of the answer was read; its end is told. */
    @Override
    void inputEnded() throws Exception {
        call.answeredAll();
        try {
            super.inputEnded();
        } catch (Throwable thrown) {
            call.endNotTaken(thrown);
            throw thrown;
        }
        over = true;
        lost(); // who still sends a body need not go on
    }

    /** Another protocol has taken its place. */
    void giveWay() {
        call.answeredAll();
        over = true;
    }

    /** Whether the connection can be used again. */
    boolean keepsConnection() {
        return input().isPersistent() && isOver();
    }

    /** Nobody wants it any more. Whoever sends its body is told when the connection is closed, not inside this call. */
    void abandon() {
        if (!over) {
            over = true;
            connection.abort();
        }
    }

    boolean isAbandoned() {
        return over;
    }

    @Override
    void bodyTooLarge() throws Exception {
        call.fail(HttpFailure.TOO_LARGE, "the body has more bytes than may be", null);
    }

    // ---- the answer, as the user sees it ----

    private MessageReader reader() {
        if (over) {
            throw new IllegalStateException("this answer is over (copy what must be kept)");
        }
        return input();
    }

    @Override
    public int status() {
        return reader().status();
    }

    @Override
    public String reason() {
        return reader().reason();
    }

    @Override
    public int minorVersion() {
        return reader().minorVersion();
    }

    @Override
    public URI uri() {
        return outgoing.uri();
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
    public ClientResponse onBody(BodyCallback callback) {
        reader();
        listen(callback);
        return this;
    }

    @Override
    public ClientResponse onEnd(HttpCallback callback) {
        reader();
        listenToEnd(callback);
        return this;
    }

    @Override
    public ClientResponse body(int most, BytesCallback callback) {
        reader();
        WholeBody body = collector(most);
        return onBody(body::add).onEnd(() -> callback.read(body.bytes()));
    }

    @Override
    public ClientResponse pause() {
        reader();
        pauseInput();
        return this;
    }

    @Override
    public ClientResponse resume() {
        reader();
        resumeInput();
        return this;
    }
}
