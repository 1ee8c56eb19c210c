package dev.anyloop.core.tls;

import dev.anyloop.ErrorKind;
import dev.anyloop.Operation;
import dev.anyloop.TlsOptions;
import dev.anyloop.TlsSession;
import dev.anyloop.core.time.LoopClock;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.core.turn.IoTimeout;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A connection of TLS over one of an engine. To the engine's connection it is core, to core a connection.
 *
 * <pre>
 *   Link ──write──▶ wrap ──▶ unsent ──offer, write──▶ engine's connection
 *   Link ◀─received─ unwrap ◀──── kept ◀───received──── engine's connection
 * </pre>
 *
 * <p>At rest it holds no buffer: what is being received or sent at the moment is in those that the loop's connections share,
 * and only the part of a record that has not come whole, or that the kernel has not taken, is kept. All methods belong to the
 * loop thread. It is long because what SSLEngine wants next decides over both directions.
 */
public final class TlsConnection implements Connection, ConnectionEvents {

    /** Of all connections: there is nothing in it that could change. */
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** How long a failure is kept until the kernel takes what the peer is to be told of it. */
    private static final long LAST_WORDS_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** An engine that failed may throw once more before it says what the peer is to be told. */
    private static final int MOST_LAST_WORDS = 4;

    // set once
    private final Tls tls;
    private final Connection below;
    private final TlsEvents above;
    private final SSLEngine engine;
    // until the handshake is done
    private @Nullable TlsOptions options;
    private @Nullable IoTimeout deadline; // or of a failure that waits to be told
    // set once
    private final boolean allowsTruncation;
    private final boolean isServer;
    // received
    private @Nullable Kept kept;
    private boolean heard; // anything
    private boolean wanted; // above
    private boolean choked; // by what cannot be sent: the peer gets no answers that it does not read
    private boolean reading;
    private boolean ended; // by the peer's close_notify
    private boolean belowEnded;
    // to be sent
    private @Nullable ByteBuffer lent; // the user's bytes, of which no record is made yet
    private @Nullable Unsent unsent;
    private boolean ending; // by our close_notify
    private boolean endWaits; // until the kernel takes it
    private boolean shutting; // and the end of the engine's connection after it
    // state
    private boolean secure;
    private boolean computing; // elsewhere, for the handshake
    private @Nullable IOException failure; // told when the peer has been told, or could have been
    private boolean failed;
    private boolean closed;

    TlsConnection(Tls tls, Connection below, TlsOptions options, SSLEngine engine, TlsEvents above) {
        this.tls = tls;
        this.below = below;
        this.above = above;
        this.engine = engine;
        this.options = options;
        this.allowsTruncation = options.allowsTruncation();
        this.isServer = options.isServer();
    }

    // ---- handshake ----

    /** Begins to shake hands. It is {@link TlsEvents#connected} when that is done, or {@link TlsEvents#failed}. */
    public void begin() {
        arm(LoopClock.nanos(options().handshakeTimeout()), () -> fail(new TlsException(
                ErrorKind.TLS_HANDSHAKE, "not done within " + options().handshakeTimeout())));
        try {
            if (isServer) {
                engine.beginHandshake();
                readOrNot();
            } else { // which makes keys
                compute(engine::beginHandshake);
            }
        } catch (IOException | RuntimeException | VirtualMachineError e) {
            fail(e);
        }
    }

    private void arm(long nanos, Runnable expired) {
        disarm();
        deadline = new IoTimeout(tls.loop, nanos, expired);
        deadline.arm();
    }

    private void disarm() {
        if (deadline != null) {
            deadline.disarm();
            deadline = null;
        }
    }

    private TlsOptions options() {
        return Objects.requireNonNull(options);
    }

    /** Does what the engine wants, up to where it wants to be told something. */
    private void advance() throws IOException {
        while (!isOver() && !ended && !computing) {
            HandshakeStatus wanted = engine.getHandshakeStatus();
            if (wanted == HandshakeStatus.NEED_TASK) {
                compute(() -> { });
            } else if (wanted == HandshakeStatus.NEED_WRAP && unsent == null) {
                wrapForEngine();
            } else {
                if (wanted == HandshakeStatus.NOT_HANDSHAKING && !secure) {
                    becomeSecure();
                }
                return;
            }
        }
    }

    private void becomeSecure() {
        secure = true;
        disarm();
        options = null;
        readOrNot();
        above.connected();
    }

    /** What the engine has to say by itself, as much as there is room for. */
    private void wrapForEngine() throws IOException {
        ByteBuffer room = tls.cipher();
        do {
            SSLEngineResult result = engine.wrap(NOTHING, room);
            if (result.bytesProduced() == 0 && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                throw noProgress(result);
            }
        } while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && room.remaining() >= Tls.RECORD_BYTES);
        sendForEngine(room);
    }

    /** Records without bytes of the user's. */
    private void sendForEngine(ByteBuffer records) throws IOException {
        tls.batch().clear();
        tls.batch().add(0, records.position());
        send(records);
    }

    // ---- computing ----

    private interface Work {
        void run() throws SSLException;
    }

    /** One thing after the other, and nothing else meanwhile: what comes is kept (TLS-006). */
    private void compute(Work first) throws IOException {
        computing = true;
        readOrNot();
        tls.offload(options == null ? null : options.executor(), () -> {
            Throwable thrown = null;
            try {
                first.run();
                for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                    task.run();
                }
            } catch (Throwable t) { // whatever it is, it is this handshake's
                thrown = t;
            }
            Throwable failure = thrown;
            tls.loop.post(() -> tls.loop.defer(() -> computed(failure)));
        });
    }

    private void computed(@Nullable Throwable thrown) {
        computing = false;
        if (isOver()) {
            return;
        }
        try {
            if (thrown != null) {
                throw new TlsException(ErrorKind.TLS_HANDSHAKE, "its computation failed: " + thrown, thrown);
            }
            advance();
            take(NOTHING);
            pumpByItself();
            readOrNot();
        } catch (IOException | RuntimeException | VirtualMachineError e) {
            fail(e);
        }
    }

    // ---- received ----

    @Override
    public void received(ByteBuffer bytes) {
        heard = true;
        try {
            take(bytes);
        } catch (IOException | RuntimeException | VirtualMachineError e) {
            fail(e);
        }
    }

    /** Unwraps record by record; what is delivered by that may do anything to this connection. */
    private void take(ByteBuffer bytes) throws IOException {
        try {
            unwrapAll(bytes);
        } finally { // what came before something bad is delivered
            deliver();
        }
        if (!isOver() && !ended && bytes.hasRemaining()) {
            keep(bytes);
        }
        choked = mustSendFirst();
        readOrNot();
        if (belowEnded && mayUnwrap()) {
            endOfBytes();
        }
    }

    private void unwrapAll(ByteBuffer bytes) throws IOException {
        while (mayUnwrap()) {
            ByteBuffer next = kept == null ? bytes : topUp(kept, bytes);
            int length = Records.length(next);
            if (length < 0 || length > next.remaining()) {
                break;
            }
            unwrap(next);
            if (kept != null && !kept.bytes().hasRemaining()) {
                kept = null;
            }
        }
    }

    private static ByteBuffer topUp(Kept kept, ByteBuffer bytes) throws TlsException {
        kept.topUp(bytes);
        return kept.bytes();
    }

    private void keep(ByteBuffer bytes) throws TlsException {
        if (kept == null) {
            kept = new Kept();
        }
        kept.add(bytes);
    }

    private boolean mayUnwrap() {
        return !isOver() && !ended && !computing && !mustSendFirst();
    }

    /** While it computes the engine is not asked: it would answer when it is done. */
    private boolean mustSendFirst() {
        return unsent != null && !ended && !computing && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
    }

    /** As it is wanted above; and during a handshake, whenever the engine can go on with what comes. */
    private void readOrNot() {
        boolean read = (wanted || !secure) && !computing && !choked;
        if (read != reading && !isOver()) {
            reading = read;
            if (read) {
                below.resumeReading();
            } else {
                below.pauseReading();
            }
        }
    }

    private void unwrap(ByteBuffer record) throws IOException {
        ByteBuffer plain = tls.plain();
        if (plain.remaining() < Tls.RECORD_BYTES || Records.isAlert(record)) { // after which TLS 1.2 takes no answers
            deliver();
            if (isOver()) {
                return;
            }
        }
        HandshakeStatus before = engine.getHandshakeStatus();
        SSLEngineResult result = engine.unwrap(record, plain);
        if (result.getStatus() == Status.CLOSED && secure) {
            deliver();
            end();
        } else if (result.getStatus() == Status.CLOSED) {
            endOfBytes();
        } else if (result.bytesConsumed() == 0 && engine.getHandshakeStatus() == before) {
            throw noProgress(result);
        } else if (secure && isRenegotiation()) {
            throw new TlsException(ErrorKind.TLS_PROTOCOL, "the peer wants to renegotiate, which is refused (TLS-012)");
        } else {
            advance();
        }
    }

    /** TLS 1.3 has none; there the engine may have to answer a change of keys. */
    private boolean isRenegotiation() {
        return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING && !ending
                && !engine.getSession().getProtocol().equals("TLSv1.3");
    }

    private void deliver() {
        ByteBuffer plain = tls.plain();
        try {
            if (plain.position() > 0 && !isOver()) {
                above.received(plain.flip());
            }
        } finally {
            plain.clear(); // whatever happens: the next one to use it is another connection
        }
    }

    /** The peer has said that no more comes; in TLS 1.2 that ends both sides. */
    private void end() {
        ended = true;
        kept = null;
        if (!isOver()) {
            above.inputEnded();
        }
    }

    @Override
    public void inputEnded() {
        belowEnded = true;
        if (failure != null) {
            tellFailure();
        } else if (mayUnwrap()) { // else what is kept comes first
            endOfBytes();
        }
    }

    private void endOfBytes() {
        if (!secure) {
            boolean silent = isServer && !heard; // nobody has heard of it yet (LISTEN-010)
            fail(new TlsException(silent ? ErrorKind.CONNECTION_RESET : ErrorKind.TLS_HANDSHAKE,
                    "the peer ended the connection before it was done"));
        } else if (allowsTruncation && kept == null) {
            end();
        } else {
            ended = true;
            above.truncated(new TlsException(ErrorKind.TLS_TRUNCATED, "the connection ended "
                    + (kept == null ? "without close_notify" : "inside a record")
                    + ": the peer, or somebody in between, has cut it (if it always does so, see TlsOptions.withTruncationAllowed)"));
        }
    }

    // ---- sent ----

    /** What was lent is offered nowhere before: a record that the kernel took in part could not be taken back. */
    @Override
    public int write(ByteBuffer plaintext) throws IOException {
        lent = plaintext;
        try {
            return pump();
        } catch (IOException e) {
            lent = null;
            throw e;
        }
    }

    /** Makes records of what was lent while the kernel takes them all; tells how much was sent by that. */
    private int pump() throws IOException {
        int sent = 0;
        try {
            while (lent != null && secure && unsent == null && !computing) {
                sent += wrapLent(lent);
            }
        } catch (VirtualMachineError e) { // a record may be lost by that, and cannot be made again
            throw new EngineException(Operation.WRITE, e);
        }
        return sent;
    }

    /** The same, when nobody above has asked. */
    private void pumpByItself() throws IOException {
        if (lent != null && !isOver()) {
            try {
                int sent = pump();
                if (sent > 0) {
                    above.written(sent);
                }
            } catch (IOException e) {
                sendingFailed(e);
            }
        }
    }

    private int wrapLent(ByteBuffer plaintext) throws IOException {
        ByteBuffer room = tls.cipher();
        Batch batch = tls.batch();
        batch.clear();
        boolean open = true;
        while (open && plaintext.hasRemaining() && !batch.isFull()) {
            SSLEngineResult result = wrap(plaintext, room);
            batch.add(result.bytesConsumed(), result.bytesProduced());
            open = result.getStatus() != Status.CLOSED;
            if (open && result.bytesProduced() == 0) {
                throw noProgress(result);
            }
        }
        if (!plaintext.hasRemaining()) {
            lent = null;
        }
        int sent = send(room);
        if (!open) {
            lent = null;
            throw new TlsException(ErrorKind.CONNECTION_RESET, "the peer has ended the connection, which in TLS 1.2 ends both sides");
        }
        return sent;
    }

    private SSLEngineResult wrap(ByteBuffer plaintext, ByteBuffer room) throws IOException {
        try {
            return engine.wrap(plaintext, room);
        } catch (SSLException | RuntimeException e) {
            lent = null;
            throw TlsFailures.of(e, engine, secure);
        }
    }

    /** Tells how many of the user's bytes were sent by that. */
    private int send(ByteBuffer records) throws IOException {
        records.flip();
        int sent = tls.batch().sent(below.offer(records));
        return records.hasRemaining() ? sent + keepUnsent(records) : sent;
    }

    private int keepUnsent(ByteBuffer records) throws IOException {
        Unsent rest = new Unsent(tls.loop.buffers, records, tls.takeBatch());
        unsent = rest;
        try {
            return taken(rest, below.write(rest.bytes()));
        } catch (IOException e) {
            dropUnsent();
            throw e;
        }
    }

    private int taken(Unsent records, int count) {
        int sent = records.taken(count);
        if (records.isTaken()) {
            dropUnsent();
        }
        return sent;
    }

    private void dropUnsent() {
        if (unsent != null) {
            unsent.giveBack();
            unsent = null;
        }
    }

    @Override
    public void written(int count) {
        int sent = taken(Objects.requireNonNull(unsent), count);
        if (isOver()) {
            if (unsent == null) {
                tellFailure();
            }
            return;
        }
        if (sent > 0) {
            above.written(sent);
        }
        if (unsent == null) {
            goOn();
        }
    }

    /** The kernel has taken all there was: now for what had to wait for that. */
    private void goOn() {
        try {
            advance();
            pumpByItself();
            if (endWaits && unsent == null && !isOver()) {
                sayEnd();
                if (!endWaits) {
                    above.endSent();
                }
            }
            take(NOTHING);
        } catch (IOException | RuntimeException | VirtualMachineError e) {
            fail(e);
        }
    }

    @Override
    public void outputFailed(IOException cause) {
        dropUnsent();
        if (isOver()) {
            tellFailure();
        } else {
            sendingFailed(cause);
        }
    }

    /** Without a handshake there is nothing to wait for. */
    private void sendingFailed(IOException cause) {
        lent = null;
        if (secure) {
            above.outputFailed(cause);
        } else {
            fail(cause);
        }
    }

    // ---- the end ----

    /**
     * Tells the peer that no more comes, if it was not told yet: when nothing is left to write, and {@link #close} follows.
     *
     * @return whether it has been sent; else {@link TlsEvents#endSent} follows
     */
    public boolean sendEnd() {
        if (!ending) {
            ending = true;
            try {
                engine.closeOutbound();
                endWaits = unsent != null;
                if (!endWaits) {
                    sayEnd();
                }
            } catch (IOException | RuntimeException | VirtualMachineError e) {
                endWaits = false; // a failure shows in reading
            }
        }
        return !endWaits;
    }

    private void sayEnd() throws IOException {
        if (!engine.isOutboundDone()) {
            ByteBuffer room = tls.cipher();
            engine.wrap(NOTHING, room);
            sendForEngine(room);
        }
        endWaits = unsent != null;
        if (!endWaits && shutting) {
            shutting = false;
            below.shutdownOutput();
        }
    }

    @Override
    public void shutdownOutput() {
        shutting = true;
        if (sendEnd() && shutting) {
            shutting = false;
            below.shutdownOutput();
        }
    }

    @Override
    public void failed(IOException cause) {
        if (isOver()) {
            tellFailure();
            return;
        }
        boolean silent = !secure && isServer && !heard;
        failure = silent ? new TlsException(ErrorKind.CONNECTION_RESET, "the peer is gone before it was done", cause) : cause;
        tellFailure();
    }

    private void fail(Throwable cause) {
        if (!isOver()) {
            lent = null;
            kept = null;
            failure = failure(cause);
            sayLastWords();
            if (unsent == null) {
                tellFailure();
            } else {
                arm(LAST_WORDS_NANOS, this::tellFailure);
            }
        }
    }

    private IOException failure(Throwable cause) {
        if (cause instanceof VirtualMachineError starved) {
            return new EngineException(Operation.READ, starved);
        }
        return cause instanceof IOException io && !(cause instanceof SSLException) ? io
                : TlsFailures.of((Exception) cause, engine, secure);
    }

    /** Why, to the peer, as far as the kernel takes it. */
    private void sayLastWords() {
        try {
            ByteBuffer room = tls.cipher();
            for (int i = 0; i < MOST_LAST_WORDS && !computing && unsent == null
                    && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP; i++) {
                try {
                    engine.wrap(NOTHING, room);
                } catch (SSLException | RuntimeException e) {
                    // what is known already
                }
            }
            if (room.position() > 0) {
                sendForEngine(room);
            }
        } catch (IOException | VirtualMachineError e) {
            // then it is not told
        }
    }

    private void tellFailure() {
        if (!failed && !closed) {
            failed = true;
            disarm();
            above.failed(Objects.requireNonNull(failure));
        }
    }

    /** Sends nothing more. */
    @Override
    public void close() {
        closed = true;
        kept = null;
        lent = null;
        disarm();
        below.close();
    }

    @Override
    public void closed() {
        dropUnsent();
        above.closed();
    }

    // ---- state ----

    private boolean isOver() {
        return failure != null || closed;
    }

    /** Whether a record has come in part. */
    public boolean isInsideRecord() {
        return kept != null;
    }

    /** Whom it tells. */
    public TlsEvents events() {
        return above;
    }

    /** What was agreed upon; null before that. */
    public @Nullable TlsSession session() {
        return secure ? Sessions.of(engine) : null;
    }

    private static TlsException noProgress(SSLEngineResult result) {
        return new TlsException(ErrorKind.TLS_PROTOCOL, "the TLS engine makes no progress: " + result.getStatus()
                + ", " + result.getHandshakeStatus());
    }

    // ---- what is the engine's connection's ----

    @Override
    public void connected() {
        begin();
    }

    @Override
    public void pauseReading() {
        wanted = false;
        readOrNot();
    }

    @Override
    public void resumeReading() {
        wanted = true;
        readOrNot();
    }

    @Override
    public SocketAddress localAddress() {
        return below.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return below.remoteAddress();
    }
}
