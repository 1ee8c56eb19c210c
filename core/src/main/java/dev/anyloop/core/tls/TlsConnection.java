package dev.anyloop.core.tls;

import dev.anyloop.ErrorKind;
import dev.anyloop.TlsSession;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A connection of TLS over one of an engine. To the engine's connection it is core, to core a connection.
 *
 * <pre>
 *   Link ──write──▶ Outgoing ──offer, write──▶ engine's connection
 *                      ▲
 *                   Handshake
 *                      ▲
 *   Link ◀─arrived─ Incoming ◀───received───── engine's connection
 * </pre>
 *
 * <p>At rest it holds no buffer: what is being received or sent at the moment is in those that the loop's connections share,
 * and only the part of a record that has not come whole, or that the kernel has not taken, is kept. All methods belong to the
 * loop thread. It is long because all that both sides may call meets here.
 */
public final class TlsConnection implements Connection, ConnectionEvents {

    /** Of all connections: there is nothing in it that could change. */
    static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    // set once; for its parts as well
    final Tls tls;
    final Connection below;
    final TlsEvents above;
    private final Outgoing outgoing;
    private final Handshake handshake;
    private final Incoming incoming;
    // loop thread
    @Nullable SSLEngine engine; // as soon as the handshake has one
    private @Nullable Failure failure;
    private boolean closed;

    TlsConnection(Tls tls, Connection below, Engines engines, TlsEvents above, HandshakeEvents events) {
        this.tls = tls;
        this.below = below;
        this.above = above;
        this.outgoing = new Outgoing(this);
        this.handshake = new Handshake(this, outgoing, engines, events);
        this.incoming = new Incoming(this, handshake, outgoing, engines.options.allowsTruncation());
    }

    // ---- handshake ----

    /**
     * The connection has been in use, as it is: what is sent goes out as it is until this is {@link #connected}, and what comes
     * is kept until then.
     *
     * @param reading whether it was to be read
     */
    public void takeOver(boolean reading) {
        incoming.takeOver(reading);
    }

    /** The engine's connection is there: begins to shake hands, and tells the {@link HandshakeEvents} what becomes of it. */
    @Override
    public void connected() {
        try {
            handshake.begin();
            incoming.goOn();
        } catch (Throwable e) {
            fail(e);
        }
    }

    /** The peer has sent something before this was to begin, which came to be known now. */
    public void refusePlain() {
        if (!handshake.isDone()) {
            fail(new TlsException(ErrorKind.TLS_PROTOCOL, "the peer has sent more in plain than was read before startTls()"
                    + " (an attack; or the read callback has left in its view what it had looked at)"));
        }
    }

    private void advance() throws IOException {
        if (!isOver() && !incoming.hasEnded()) {
            handshake.advance();
        }
    }

    // ---- received ----

    @Override
    public void received(ByteBuffer bytes) {
        try {
            incoming.received(bytes);
        } catch (Throwable e) {
            fail(e);
        }
    }

    @Override
    public void inputEnded() {
        if (failure != null) {
            failure.tell();
        } else {
            pump(); // which tells of a reset that a record has met, and that reading is not told again (READ-005)
            incoming.noMoreBytes();
        }
    }

    void readOrNot() {
        incoming.readOrNot();
    }

    @Override
    public void pauseReading() {
        incoming.want(false);
    }

    @Override
    public void resumeReading() {
        incoming.want(true);
    }

    /** Whether something is on its way of which nothing can be handed on yet. */
    public boolean expectsMore() {
        return incoming.expectsMore();
    }

    // ---- sent ----

    /** Nothing, once it has begun: a record that the kernel took in part could not be taken back. */
    @Override
    public int offer(ByteBuffer plaintext) throws IOException {
        return handshake.hasBegun() ? 0 : below.offer(plaintext);
    }

    @Override
    public int write(ByteBuffer plaintext) throws IOException {
        if (!handshake.hasBegun()) {
            return below.write(plaintext);
        }
        outgoing.lend(plaintext);
        int sent = mayPump() ? outgoing.pump() : 0;
        if (outgoing.hasFailed()) {
            tls.loop.defer(this::pump); // who hears of what was sent hears then that no more is
        }
        return sent;
    }

    private boolean mayPump() {
        return handshake.isDone() && !handshake.isBusy();
    }

    /** Goes on with what was lent. */
    private void pump() {
        if (outgoing.isLent() && mayPump() && !isOver()) {
            try {
                int sent = outgoing.pump();
                if (sent > 0) {
                    above.sent(sent);
                    pump(); // after which it may have failed
                } else if (outgoing.isBroken() && outgoing.hasFailed()) {
                    fail(outgoing.failure(), true);
                }
            } catch (IOException e) {
                sendingFailed(e);
            }
        }
    }

    @Override
    public void written(int count) {
        if (!handshake.hasBegun()) {
            above.sent(count);
            return;
        }
        int sent = outgoing.taken(count);
        if (sent > 0 && !isOver()) {
            above.sent(sent);
        }
        if (outgoing.isStuck()) {
            return;
        } else if (failure != null) {
            failure.tell();
        } else {
            goOn();
        }
    }

    /** The kernel has taken all there was, or what was computed is there: now for what had to wait for that. */
    void goOn() {
        try {
            advance();
            sendWhatWaits();
            incoming.goOn();
        } catch (Throwable e) {
            fail(e);
        }
    }

    void sendWhatWaits() {
        pump();
        if (mayPump() && !isOver() && outgoing.sendWaitingEnd()) {
            above.endSent();
        }
    }

    @Override
    public void outputFailed(IOException cause) {
        outgoing.drop();
        if (failure != null) {
            failure.tell();
        } else if (!closed) {
            sendingFailed(cause);
        }
    }

    /** In the middle of a handshake there is nothing to wait for. */
    void sendingFailed(IOException cause) {
        outgoing.forgetLent();
        if (handshake.isDone() || !handshake.hasBegun()) {
            above.sendingFailed(cause);
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
        return outgoing.sendEnd(mayPump());
    }

    @Override
    public void shutdownOutput() {
        outgoing.shutdown(mayPump());
    }

    @Override
    public void failed(IOException cause) {
        if (failure == null) {
            failure = new Failure(this, isUnheard()
                    ? TlsException.unheard("the peer is gone before it was done", cause) : cause);
        }
        failure.tell();
    }

    void fail(Throwable cause) {
        fail(cause, cause instanceof SSLException);
    }

    /**
     * Tells the peer first, if it can be told.
     *
     * @param known whether the engine itself has found that out
     */
    private void fail(Throwable cause, boolean known) {
        if (isOver()) {
            return;
        }
        Failure failed = new Failure(this, TlsFailures.of(cause, engine, handshake.isDone()));
        failure = failed;
        forget();
        if (!(cause instanceof IOException) && isUnanswered()) { // a computation of the engine's failed, of which it tells nobody
            outgoing.say(Alert.INTERNAL_ERROR);
        } else if (!handshake.isBusy()) {
            outgoing.sayLastWords(known);
        } else if (cause instanceof TlsException refusal && refusal.alert() != null) {
            outgoing.say(refusal.alert());
        }
        if (outgoing.isStuck()) {
            failed.tellSoon();
        } else {
            failed.tell();
        }
    }

    /** Whom the handshake is for, and nobody else until it is done. */
    void tell(IOException cause) {
        if (!closed && !handshake.refused(cause)) {
            above.broke(cause);
        }
    }

    /** Sends nothing more. */
    @Override
    public void close() {
        closed = true;
        forget();
        handshake.end();
        if (failure != null) {
            failure.forget();
        }
        below.close();
    }

    private void forget() {
        handshake.giveUp();
        incoming.drop();
        outgoing.forgetLent();
    }

    @Override
    public void closed() {
        outgoing.drop();
        above.gone();
    }

    // ---- state ----

    SSLEngine engine() {
        return Objects.requireNonNull(engine);
    }

    boolean isOver() {
        return failure != null || closed;
    }

    /** Whether it is a client of ours that has not said anything yet. */
    boolean isUnheard() {
        return handshake.isOfServer() && !incoming.hasHeard();
    }

    /** Whether it is a client of ours that has said something, and was told nothing yet: so what it is told is no secret. */
    private boolean isUnanswered() {
        return handshake.isOfServer() && incoming.hasHeard() && !outgoing.hasSpoken();
    }

    /** What was agreed upon; null before that. */
    public @Nullable TlsSession session() {
        return handshake.isDone() ? Sessions.of(engine()) : null;
    }

    // ---- what is the engine's connection's ----

    @Override
    public SocketAddress localAddress() {
        return below.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return below.remoteAddress();
    }
}
