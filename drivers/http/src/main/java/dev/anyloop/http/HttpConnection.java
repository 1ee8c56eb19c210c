package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.anyloop.Socket;
import dev.anyloop.http.protocol.MalformedException;
import dev.anyloop.http.protocol.MessageReader;
import dev.anyloop.http.protocol.MessageWriter;
import dev.anyloop.http.protocol.Rule;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a server: one exchange after the other. Long because reading, ends, answers and deadlines go by the same exchange and the
 * same phase.
 */
final class HttpConnection extends MessageConnection {

    private static final int REQUEST_TIMEOUT = 408;
    private static final int NOT_IMPLEMENTED = 501;

    /** What is waited for. */
    private enum Phase { FIRST, IDLE, HEAD, BODY, OTHERS }

    // set once
    private final HttpServer server;
    // loop thread
    private @Nullable Exchange exchange;
    private Phase phase = Phase.OTHERS;
    private long deadline = Ticks.NEVER;
    private boolean inputEnded;

    HttpConnection(HttpServer server, Socket socket) {
        super(socket, server.readers());
        this.server = server;
    }

    void start(Duration writeTimeout) {
        socket().writeTimeout(writeTimeout)
                .onRead((s, data) -> received(data))
                .onEnd(s -> ended())
                .onDrain(s -> drained())
                .onError((s, error) -> { }) // the close callback has it too
                .onClose((s, error) -> closed());
        arm(Phase.FIRST);
    }

    // ---- reading ----

    @Override
    boolean wantsInput() {
        return !isClosing() && (exchange == null ? !isFull() : exchange.wantsInput());
    }

    @Override
    void armNow() {
        arm(phaseNow());
    }

    /** No message is under way. */
    private boolean isIdle() {
        return exchange == null && !isInHead();
    }

    @Override
    void readingStopped(boolean hasMore) throws Exception {
        super.readingStopped(hasMore);
        if (isIdle()) {
            reader().begin(); // empty lines that it has read are not the next connection's
            giveReaderBack();
        }
    }

    @Override
    boolean take(MessageReader.Event event) throws Exception {
        if (event == MessageReader.Event.NEED_MORE) {
            return false;
        }
        if (event == MessageReader.Event.HEAD) {
            arm(Phase.OTHERS);
            exchange = new Exchange(this, reader());
            if (exchange.isTo("CONNECT")) { // and what comes behind it is for a tunnel, no request
                fail(NOT_IMPLEMENTED, "CONNECT (RFC 9110, 9.3.6): there are no tunnels here\n");
                return false;
            }
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
            case BODY -> to.received(reader().body());
            default -> to.inputEnded();
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

    // ---- the end of an exchange ----

    /** If it is. */
    void exchangeDone() {
        if (exchange == null || isClosing() || isLeaving() || !exchange.isOver()) {
            return;
        }
        Upgrade upgrade = exchange.upgrade();
        boolean goesOn = upgrade != null || exchange.keepsConnection() && !server.isClosing();
        if (!goesOn || inputEnded) {
            if (exchange.isInputOver()) {
                close();
            } else {
                closeOverInput();
            }
        } else if (!exchange.isInputOver()) {
            readOn(); // the rest of the body is read away
        } else if (upgrade != null) {
            leaveTo(upgrade.callback(), reader().headers());
        } else {
            forgetExchange();
            giveReaderBack();
            arm(Phase.IDLE);
            if (holdsInput()) {
                readOn();
            }
        }
    }

    @Override
    void forgetExchange() {
        exchange.over();
        exchange = null;
        reader().begin();
    }

    private void ended() {
        inputEnded = true;
        if (isClosing()) {
            return; // both have ended, and the socket closes
        }
        if (isIdle()) {
            close();
            return;
        }
        try {
            reader().end();
        } catch (MalformedException e) {
            refuse(e);
        }
    }

    @Override
    void refuse(MalformedException e) {
        fail(e.rule().status(), e.rule() + " (" + e.rule().section() + "): " + e.rule().words() + "\n");
    }

    /** Says so if no answer has begun, and closes so that it arrives. */
    private void fail(int status, String words) {
        if (isClosing()) {
            return;
        }
        if (exchange != null && exchange.isOver()) {
            closeOverInput();
            return;
        }
        if (exchange != null) {
            exchange.refuse();
        }
        if (exchange != null && exchange.hasBegun()) {
            close();
            socket().abort(); // an answer without its end: the client will know
            return;
        }
        byte[] body = words.getBytes(US_ASCII);
        MessageWriter writer = writer().status(status).raw(server.dateLine()).field("Connection", "close");
        if (body.length > 0) {
            writer.field("Content-Type", "text/plain");
        }
        writer.contentLength(body.length).endFields();
        boolean toHead = body.length > 0 && reader().method().equals("HEAD"); // whatever else is wrong with it (RFC 9110, 9.3.2)
        write((toHead ? writer : writer.raw(body)).take());
        closeOverInput();
    }

    void bodyTooLarge() {
        fail(Rule.BODY_TOO_LARGE.status(), "");
    }

    private void close() {
        sendTogether();
        socket().close();
        setClosing(); // not sooner: there may be no stack for that, and then its deadline closes it
        deadline = Ticks.NEVER;
    }

    /**
     * More may be on its way, and would be met by a reset that can destroy our last answer (RFC 9112, 9.6): it is read away until the
     * client ends, or for a while.
     */
    private void closeOverInput() {
        if (inputEnded) {
            close();
            return;
        }
        deadline = server.lingerDeadline();
        setClosing();
        sendTogether();
        socket().end();
        socket().resume();
    }

    private void closed() throws Exception {
        forgetInput();
        try {
            if (exchange != null) {
                exchange.lost();
            }
        } finally {
            leave();
        }
    }

    @Override
    void leave() throws Exception {
        server.remove(this);
    }

    void closeIfIdle() {
        if (isIdle() && !holdsInput()) {
            close();
        }
    }

    // ---- sending ----

    @Override
    MessageWriter writer() {
        return server.writer();
    }

    /** While requests are read, their answers are put together. */
    @Override
    void writeWhole(ByteBuffer bytes) {
        Together together = server.together();
        boolean goesAlone = !isReading() || !hasMoreToRead() && together.isEmpty();
        if (goesAlone || !together.add(bytes)) {
            write(bytes);
        } else if (socket().pendingBytes() + together.length() >= server.highWaterMark()) {
            sendTogether(); // which tells that there are enough
        }
    }

    /** If there is no memory for them, whoever asked has to know that they will not come. */
    @Override
    void sendTogether() {
        if (!isReading() || server.together().isEmpty()) {
            return;
        }
        try {
            write(server.together().take());
        } catch (OutOfMemoryError e) {
            socket().abort();
            throw e;
        }
    }

    private void drained() throws Exception {
        setDrained();
        if (exchange == null) {
            readOn();
            return;
        }
        boolean returned = false;
        try {
            exchange.drained();
            returned = true;
        } finally {
            if (!returned) {
                handlerFailed();
            }
        }
    }

    // ---- deadlines ----

    private Phase phaseNow() {
        if (exchange != null) {
            return exchange.awaitsInput() ? Phase.BODY : Phase.OTHERS;
        }
        return isInHead() ? Phase.HEAD : phase == Phase.FIRST ? Phase.FIRST : isFull() ? Phase.OTHERS : Phase.IDLE;
    }

    /** A deadline counts from when its phase began, and that for a body from its last byte. */
    private void arm(Phase now) {
        if (phase == now && now != Phase.BODY) {
            return;
        }
        phase = now;
        deadline = switch (now) {
            case FIRST, HEAD -> server.headDeadline();
            case IDLE -> server.idleDeadline();
            case BODY -> server.bodyDeadline();
            case OTHERS -> Ticks.NEVER;
        };
    }

    long deadline() {
        return deadline;
    }

    void expire() {
        if (!isClosing() && (phase == Phase.HEAD || phase == Phase.BODY)) {
            fail(REQUEST_TIMEOUT, "");
        } else {
            close();
        }
    }

    // ---- for the exchange ----

    HttpServer server() {
        return server;
    }
}
