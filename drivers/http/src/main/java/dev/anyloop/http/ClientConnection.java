package dev.anyloop.http;

import dev.anyloop.ErrorKind;
import dev.anyloop.NetworkException;
import dev.anyloop.Socket;
import dev.anyloop.http.protocol.MalformedException;
import dev.anyloop.http.protocol.MessageReader;
import dev.anyloop.http.protocol.MessageWriter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A connection of a client: one exchange after the other, and none while it is kept. Long because it can end in many ways. */
final class ClientConnection extends MessageConnection implements HttpClient.Expiring {

    private static final Duration TO_BE_TOLD_ALL = Duration.ofMillis(1);

    /** How servers end what they did not want to keep. */
    private static final Set<ErrorKind> ENDS = Set.of(ErrorKind.CONNECTION_RESET, ErrorKind.TLS_TRUNCATED);

    // set once
    private final HttpClient client;
    private final Pool pool;
    private final Patience patience;
    // loop thread
    private @Nullable ClientExchange exchange;
    private @Nullable ClientExchange done; // its answer is whole, and the view it came in is not read yet
    private boolean connected;
    private boolean used; // for an exchange before
    private boolean peerEnded;
    private boolean gone; // from the pool
    private long given; // bytes of the request, those included that were pending before

    ClientConnection(HttpClient client, Pool pool, Socket socket) {
        super(socket, client.readers());
        this.client = client;
        this.pool = pool;
        patience = new Patience(client);
    }

    /** Hears of its end last, or not at all. */
    void start(Call call) {
        take(call);
        socket().writeTimeout(client.options().writeTimeout())
                .onConnect(s -> connected())
                .onRead((s, data) -> arrived(data))
                .onEnd(s -> ended())
                .onDrain(s -> drained())
                .onError((s, error) -> { }) // the close callback has it too
                .onClose((s, error) -> closed(error));
    }

    private void take(Call call) {
        exchange = new ClientExchange(this, call);
        call.takes(exchange);
    }

    private void connected() {
        connected = true;
        client.watch(this);
        ask();
    }

    // ---- an exchange ----

    /** The next one. */
    void begin(Call call) {
        socket().ref();
        take(call);
        ask();
    }

    private void ask() {
        given = socket().pendingBytes();
        patience.rest();
        reader().begin(exchange.outgoing().method());
        exchange.start();
    }

    @Override
    MessageWriter writer() {
        return client.writer();
    }

    @Override
    boolean write(ByteBuffer bytes) {
        given += bytes.remaining();
        return super.write(bytes);
    }

    private void drained() throws Exception {
        setDrained();
        if (exchange != null) {
            run(exchange::drained);
            armNow();
        }
    }

    /** The user's code: what it throws costs the exchange, and goes where everything goes. */
    void run(HttpCallback code) throws Exception {
        ClientExchange current = exchange;
        try {
            code.run();
        } catch (Throwable thrown) {
            current.call().failLater(HttpFailure.CALLBACK, thrown.toString(), thrown);
            abort();
            throw thrown;
        }
    }

    // ---- reading ----

    /** What comes before a single byte of the request has gone, or while there is none, answers nothing, or something else. */
    private void arrived(ByteBuffer data) throws Exception {
        if (exchange == null) {
            close();
        } else if (!exchange.isAnswered() && socket().pendingBytes() >= given) {
            lost("bytes that nobody has asked for", null);
        } else {
            received(data);
        }
    }

    @Override
    boolean wantsInput() {
        return exchange != null && exchange.wantsInput();
    }

    @Override
    boolean take(MessageReader.Event event) throws Exception {
        switch (event) {
            case HEAD -> run(exchange::headRead);
            case BODY -> run(() -> exchange.received(reader().body()));
            case END -> messageRead();
            default -> {
                return false;
            }
        }
        return true;
    }

    private void messageRead() throws Exception {
        if (exchange.isInterim()) {
            reader().begin(exchange.outgoing().method());
        } else {
            done = exchange;
            run(exchange::inputEnded);
            exchange = null;
        }
    }

    @Override
    void refuse(MalformedException e) throws Exception {
        exchange.call().malformed(e);
    }

    @Override
    void readingStopped(boolean hasMore) throws Exception {
        if (done != null) {
            exchangeDone(hasMore);
        } else if (peerEnded && wantsInput()) {
            inputEnds();
        } else {
            armNow();
        }
    }

    /**
     * More than the answer came with it: that is not of this exchange, nor of the next one. If reading was held up there may be more
     * yet. One poll need not tell it; but a loop that had to wait for a timer has told all that was there.
     */
    private void exchangeDone(boolean hasMore) throws Exception {
        ClientExchange last = done;
        done = null;
        patience.rest();
        if (hasMore || peerEnded || !last.keepsConnection()) {
            try {
                close();
            } finally {
                last.call().follow();
            }
        } else if (readsHeldInput() || last.wasEverPaused()) {
            socket().loop().timer(TO_BE_TOLD_ALL, timer -> free(last));
        } else {
            free(last);
        }
    }

    private void free(ClientExchange last) throws Exception {
        used = true;
        if (!isClosing() && !gone) { // meanwhile
            pool.released(this);
        }
        last.call().follow();
    }

    /** It is kept, until somebody needs it or it is too old. */
    void rest() {
        giveReaderBack();
        patience.keep();
        socket().unref();
    }

    // ---- the end ----

    private void ended() throws Exception {
        peerEnded = true;
        if (exchange == null) {
            close();
        } else if (wantsInput()) {
            inputEnds();
        }
    }

    private void inputEnds() throws Exception {
        try {
            if (reader().end() == MessageReader.Event.END) {
                messageRead();
                exchangeDone(false);
            } else {
                lost("the server ended the connection", null);
            }
        } catch (MalformedException e) {
            fail(HttpFailure.INCOMPLETE, e.getMessage(), e);
        }
    }

    private void closed(@Nullable NetworkException error) throws Exception {
        try {
            if (exchange != null && !isReadLater(error)) {
                forgetInput();
                tellClosed(error);
            }
        } finally {
            try {
                leave();
            } finally {
                client.tell();
            }
        }
    }

    /** All of it came, and somebody has paused it. */
    private boolean isReadLater(@Nullable NetworkException error) {
        return peerEnded && error == null && !isClosing();
    }

    /** If its exchange was given up before, its call knows, and may be asking elsewhere by now. */
    private void tellClosed(@Nullable NetworkException error) throws Exception {
        String detail = error == null ? "the connection was closed" : error.getMessage();
        try {
            if (!exchange.isAbandoned() && !connected) {
                fail(HttpFailure.NO_CONNECTION, detail, error);
            } else if (!exchange.isAbandoned() && error != null && error.kind() == ErrorKind.WRITE_TIMEOUT) {
                fail(HttpFailure.TIMEOUT, detail, error);
            } else if (!exchange.isAbandoned()) {
                lost(detail, error);
            }
        } finally {
            exchange.lost();
        }
    }

    private void lost(String detail, @Nullable NetworkException error) throws Exception {
        if (exchange.isAnswered()) {
            fail(HttpFailure.INCOMPLETE, detail, error);
            return;
        }
        boolean isStale = used && (error == null || ENDS.contains(error.kind()));
        if (isStale) {
            pool.abortIdle();
        }
        exchange.abandon();
        exchange.call().lost(isStale, detail, error);
    }

    void fail(HttpFailure kind, String detail, @Nullable Throwable cause) throws Exception {
        exchange.call().fail(kind, detail, cause);
    }

    /** Gracefully; another one may take its place at once. */
    void close() throws Exception {
        setClosing();
        socket().close();
        leave();
    }

    /** Gracefully, too. In a call of the user's: the rest when it is closed. */
    void closeKept() {
        setClosing();
        socket().close();
    }

    /** Now; the rest when it is closed. */
    void abort() {
        setClosing();
        socket().abort();
    }

    @Override
    void forgetExchange() {
        exchange.giveWay();
        exchange = null;
    }

    @Override
    void leave() throws Exception {
        client.unwatch(this);
        if (!gone) {
            gone = true;
            pool.gone(this);
        }
    }

    // ---- deadlines ----

    @Override
    void armNow() {
        if (exchange != null) {
            patience.wait(exchange.phase());
        }
    }

    /** Nothing tells that the last of a request has left, so it is looked after. */
    @Override
    public long deadline() {
        if (patience.isOthers()) {
            armNow();
        }
        return patience.deadline();
    }

    @Override
    public void expire() throws Exception {
        if (exchange == null) {
            close();
        } else {
            patience.expire(exchange);
        }
    }
}
