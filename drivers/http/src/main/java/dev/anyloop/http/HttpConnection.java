package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.anyloop.Socket;
import dev.anyloop.http.protocol.MalformedException;
import dev.anyloop.http.protocol.MessageReader;
import dev.anyloop.http.protocol.MessageWriter;
import dev.anyloop.http.protocol.Rule;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a server: one exchange after the other. Input is read as long as somebody wants it; what came and nobody wants yet,
 * a view's worth at most, is held, and the socket paused.
 */
final class HttpConnection {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final long NEVER = Long.MAX_VALUE;
    private static final int REQUEST_TIMEOUT = 408;

    /** What is waited for. */
    private enum Phase { FIRST, IDLE, HEAD, BODY, OTHERS }

    // set once
    private final HttpServer server;
    private final Socket socket;
    private final MessageReader reader;
    // loop thread
    private @Nullable Exchange exchange;
    private ByteBuffer held = NOTHING;
    private Phase phase = Phase.OTHERS;
    private long deadline = NEVER;
    private boolean reading; // below, so that whoever calls from there need not start it
    private boolean readLater;
    private boolean full; // the client has to take some of its answers first
    private boolean closing;
    private boolean inputEnded;

    HttpConnection(HttpServer server, Socket socket, HttpOptions options) {
        this.server = server;
        this.socket = socket;
        reader = MessageReader.ofRequests(options.limits(), options.leniencies());
    }

    void start(Duration writeTimeout) {
        socket.writeTimeout(writeTimeout)
                .onRead((s, data) -> received(data))
                .onEnd(s -> ended())
                .onDrain(s -> drained())
                .onError((s, error) -> { }) // the close callback has it too
                .onClose((s, error) -> closed());
        arm(Phase.FIRST);
    }

    // ---- reading ----

    private void received(ByteBuffer data) throws Exception {
        read(data);
        if (data.hasRemaining() && !closing) {
            held = ByteBuffer.allocate(data.remaining()).put(data).flip();
            socket.pause();
        }
    }

    private void read(ByteBuffer in) throws Exception {
        reading = true;
        try {
            while (wantsInput() && take(reader.next(in))) { }
        } catch (MalformedException e) {
            refuse(e);
        } finally {
            reading = false;
        }
        if (!closing) {
            arm(phaseNow());
        }
    }

    private boolean wantsInput() {
        return !closing && (exchange == null ? !full : exchange.wantsInput());
    }

    private boolean take(MessageReader.Event event) throws Exception {
        if (event == MessageReader.Event.NEED_MORE) {
            return false;
        }
        if (event == MessageReader.Event.HEAD) {
            arm(Phase.OTHERS);
            exchange = new Exchange(this, reader);
        }
        boolean returned = false;
        try {
            tell(event, exchange);
            returned = true;
        } finally {
            if (!returned) {
                handlerFailed();
            }
        }
        if (event == MessageReader.Event.END) {
            exchangeDone();
        }
        return true;
    }

    private void tell(MessageReader.Event event, Exchange to) throws Exception {
        switch (event) {
            case HEAD -> server.handler().handle(to, to);
            case BODY -> to.received(reader.body());
            default -> to.requestEnded();
        }
    }

    /** It costs the connection; what was thrown goes where everything goes. */
    private void handlerFailed() {
        if (exchange != null) {
            fail(500, "");
        } else {
            close(); // what it has answered arrives
        }
    }

    /** Goes on with what is held and then with more; never inside this call. */
    void readOn() {
        if (!reading && !closing && !readLater) {
            readLater = true;
            server.loop().execute(this::readHeld);
        }
    }

    private void readHeld() {
        readLater = false;
        if (closing) {
            return;
        }
        try {
            read(held);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new CompletionException(e);
        }
        if (!held.hasRemaining()) {
            held = NOTHING;
            socket.resume();
        }
    }

    // ---- the end of an exchange ----

    /** If it is. */
    void exchangeDone() {
        if (exchange == null || closing || !exchange.isAnswered()) {
            return;
        }
        if (!exchange.keepsConnection() || server.isClosing() || inputEnded) {
            close();
        } else if (exchange.isRequestOver()) {
            exchange.over();
            exchange = null;
            reader.begin();
            arm(Phase.IDLE);
            if (held.hasRemaining()) {
                readOn();
            }
        } else {
            readOn(); // the rest of the body is read away
        }
    }

    private void ended() {
        inputEnded = true;
        try {
            if (reader.end() == MessageReader.Event.NEED_MORE) {
                close();
            }
        } catch (MalformedException e) {
            refuse(e);
        }
    }

    private void refuse(MalformedException e) {
        fail(e.rule().status(), e.rule() + " (" + e.rule().section() + "): " + e.rule().words() + "\n");
    }

    /** Says so if no answer has begun, and closes so that it arrives. */
    private void fail(int status, String words) {
        if (closing) {
            return;
        }
        if (exchange != null && exchange.isAnswered()) {
            close();
            return;
        }
        if (exchange != null && exchange.hasBegun()) {
            close();
            socket.abort(); // an answer without its end: the client will know
            return;
        }
        byte[] body = words.getBytes(US_ASCII);
        MessageWriter writer = server.writer().status(status).raw(server.dateLine()).field("Connection", "close");
        if (body.length > 0) {
            writer.field("Content-Type", "text/plain");
        }
        writer.contentLength(body.length).endFields().raw(body);
        socket.write(writer.take());
        close();
    }

    void bodyTooLarge() {
        fail(Rule.BODY_TOO_LARGE.status(), "");
    }

    private void close() {
        closing = true;
        deadline = NEVER;
        socket.close();
    }

    private void closed() throws Exception {
        closing = true;
        held = NOTHING;
        server.remove(this);
        if (exchange != null) {
            exchange.lost();
        }
    }

    void closeIfIdle() {
        if (exchange == null && !reader.isInHead() && !held.hasRemaining()) {
            close();
        }
    }

    // ---- sending ----

    boolean write(ByteBuffer bytes) {
        boolean room = socket.write(bytes);
        full |= !room;
        return room;
    }

    private void drained() throws Exception {
        full = false;
        if (exchange != null) {
            exchange.drained();
        } else {
            readOn();
        }
    }

    // ---- deadlines ----

    private Phase phaseNow() {
        if (exchange != null) {
            return exchange.awaitsInput() ? Phase.BODY : Phase.OTHERS;
        }
        return reader.isInHead() ? Phase.HEAD : phase == Phase.FIRST ? Phase.FIRST : full ? Phase.OTHERS : Phase.IDLE;
    }

    /** A deadline counts from when its phase began, and that for a body from its last byte. */
    void arm(Phase now) {
        if (phase == now && now != Phase.BODY) {
            return;
        }
        phase = now;
        deadline = switch (now) {
            case FIRST, HEAD -> server.headDeadline();
            case IDLE -> server.idleDeadline();
            case BODY -> server.bodyDeadline();
            case OTHERS -> NEVER;
        };
    }

    long deadline() {
        return deadline;
    }

    void expire() {
        if (phase == Phase.HEAD || phase == Phase.BODY) {
            fail(REQUEST_TIMEOUT, "");
        } else {
            close();
        }
    }

    void rearm() {
        if (!reading && !closing) {
            arm(phaseNow());
        }
    }

    // ---- for the exchange ----

    HttpServer server() {
        return server;
    }

    Socket socket() {
        return socket;
    }
}
