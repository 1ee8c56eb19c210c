package dev.anyloop.core.tls;

import dev.anyloop.ErrorKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What comes: records are unwrapped one by one, and what is not there as a whole is kept. Decides when to read at all. */
final class Incoming {

    /** So many answers wait for the kernel at most: the peer may ask for them, and never read one. */
    private static final int MOST_ANSWERS = 64;

    // set once
    private final TlsConnection connection;
    private final Handshake handshake;
    private final Outgoing outgoing;
    private final boolean allowsTruncation;
    // loop thread
    private @Nullable Kept kept;
    private int helloBytes; // of what is kept, while a context is chosen by it
    private boolean heard; // anything
    private boolean heardSecured; // since the handshake was done
    private boolean wanted; // above
    private boolean choked; // by what cannot be sent
    private int answers; // that may wait
    private boolean reading;
    private boolean ended; // by the peer's close_notify
    private boolean belowEnded;

    Incoming(TlsConnection connection, Handshake handshake, Outgoing outgoing, boolean allowsTruncation) {
        this.connection = connection;
        this.handshake = handshake;
        this.outgoing = outgoing;
        this.allowsTruncation = allowsTruncation;
    }

    // ---- reading ----

    /** Of a connection that has been in use, and is read or not. */
    void takeOver(boolean read) {
        heard = true;
        wanted = read;
        reading = read;
        readOrNot();
    }

    void want(boolean wanted) {
        this.wanted = wanted;
        readOrNot();
    }

    /**
     * As it is wanted above, and during a handshake always: while that computes, to hear of a peer that leaves. Then what comes first is
     * kept, and no more than that.
     */
    void readOrNot() {
        boolean read = (wanted || !handshake.isDone()) && (!handshake.isBusy() || handshake.awaitsHello() || isComputingWithAll()) && !choked;
        if (read != reading && !connection.isOver()) {
            reading = read;
            if (read) {
                connection.below.resumeReading();
            } else {
                connection.below.pauseReading();
            }
        }
    }

    // ---- records ----

    void received(ByteBuffer bytes) throws IOException {
        heard = true;
        take(bytes);
    }

    /** Goes on with what is kept. */
    void goOn() throws IOException {
        take(TlsConnection.NOTHING);
    }

    /** Unwraps record by record; what is delivered by that may do anything to this connection. */
    private void take(ByteBuffer bytes) throws IOException {
        try {
            unwrapAll(bytes);
        } finally { // what came before something bad is delivered
            deliver();
        }
        if (!connection.isOver() && !ended && bytes.hasRemaining()) {
            keep(bytes);
        }
        if (kept != null && handshake.awaitsHello()) {
            helloBytes = kept.bytes().remaining();
            handshake.hear(kept.bytes());
        }
        choked = mustSendFirst();
        readOrNot();
        if (belowEnded) {
            endWhenDone();
        }
    }

    private void unwrapAll(ByteBuffer bytes) throws IOException {
        while (mayUnwrap()) {
            ByteBuffer next = kept == null ? bytes : topUp(kept, bytes);
            int length = Records.length(next);
            if (length < 0 || length > next.remaining()) {
                break;
            }
            unwrap(next, length);
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

    /** An engine that is broken would say that the peer has ended. */
    private boolean mayUnwrap() {
        return !connection.isOver() && !ended && !handshake.isBusy() && !outgoing.isBroken() && !mustSendFirst();
    }

    /**
     * What the engine wants to say next, or the last of the handshake, before which nothing is delivered. Later it answers changes of
     * keys, and if the peer waited for us to read too, as we for it, both would wait for ever.
     */
    private boolean mustSendFirst() {
        if (!outgoing.isStuck() || ended || handshake.isBusy()) {
            answers = 0;
            return false;
        }
        HandshakeStatus status = connection.engine().getHandshakeStatus();
        return handshake.isDone() ? status == HandshakeStatus.NEED_WRAP && answers >= MOST_ANSWERS
                : status == HandshakeStatus.NEED_WRAP || status == HandshakeStatus.NOT_HANDSHAKING;
    }

    /** Whether the handshake computes, and nothing has come with which it could go on then. */
    private boolean isComputingWithAll() {
        return handshake.isComputing() && (kept == null || kept.bytes().remaining() <= helloBytes);
    }

    private void unwrap(ByteBuffer bytes, int length) throws IOException {
        helloBytes = 0;
        ByteBuffer plain = connection.tls.plain();
        if (plain.remaining() < Tls.RECORD_BYTES || Records.isAlert(bytes)) { // after which TLS 1.2 takes no answers
            deliver();
            if (connection.isOver()) {
                return;
            }
        }
        heardSecured |= handshake.isDone();
        SSLEngine engine = connection.engine();
        HandshakeStatus before = engine.getHandshakeStatus();
        SSLEngineResult result = bytes.hasArray() ? engine.unwrap(bytes, plain) : unwrapOnHeap(bytes, length, plain);
        if (result.getStatus() == Status.CLOSED && handshake.isDone()) {
            deliver();
            end();
        } else if (result.getStatus() == Status.CLOSED) {
            endOfBytes();
        } else if (result.bytesConsumed() == 0 && engine.getHandshakeStatus() == before) {
            throw TlsFailures.noProgress(result);
        } else if (handshake.isDone() && isRenegotiation()) {
            throw new TlsException(ErrorKind.TLS_PROTOCOL, "the peer wants to renegotiate, which is refused (TLS-012)");
        } else {
            answers += result.bytesProduced() == 0 ? 1 : 0;
            handshake.advance();
        }
    }

    private SSLEngineResult unwrapOnHeap(ByteBuffer bytes, int length, ByteBuffer plain) throws SSLException {
        ByteBuffer record = connection.tls.record();
        record.put(0, bytes, bytes.position(), length).limit(length);
        SSLEngineResult result = connection.engine().unwrap(record, plain);
        bytes.position(bytes.position() + result.bytesConsumed());
        return result;
    }

    /** TLS 1.3 has none; there the engine may have to answer a change of keys. */
    private boolean isRenegotiation() {
        SSLEngine engine = connection.engine();
        return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING && !outgoing.isEnding() && !Sessions.isTls13(engine);
    }

    private void deliver() {
        ByteBuffer plain = connection.tls.plain();
        try {
            if (plain.position() > 0 && !connection.isOver()) {
                connection.above.arrived(plain.flip());
            }
        } finally {
            plain.clear(); // whatever happens: the next one to use it is another connection
        }
    }

    // ---- the end ----

    /** The peer has said that no more comes; in TLS 1.2 that ends both sides. */
    private void end() {
        ended = true;
        kept = null;
        if (!connection.isOver()) {
            connection.above.ended();
        }
    }

    /** Nothing more comes from the engine's connection; what is kept comes first. */
    void noMoreBytes() {
        belowEnded = true;
        endWhenDone();
    }

    private void endWhenDone() {
        boolean mayTell = handshake.awaitsHello() || !handshake.isDone() && isComputingWithAll();
        if (mayUnwrap() || mayTell && !connection.isOver()) {
            endOfBytes();
        }
    }

    private void endOfBytes() {
        if (!handshake.isDone()) {
            connection.fail(connection.isUnheard() // and nobody has heard of it (LISTEN-010)
                    ? TlsException.unheard("the peer ended the connection before it was done", null)
                    : new TlsException(ErrorKind.TLS_HANDSHAKE, "the peer ended the connection before it was done"));
        } else if (outgoing.endFailure() != null) {
            ended = true;
            connection.above.truncated(outgoing.endFailure());
        } else if (allowsTruncation && kept == null) {
            end();
        } else {
            ended = true;
            connection.above.truncated(new TlsException(ErrorKind.TLS_TRUNCATED, "the connection ended "
                    + (kept == null ? "without close_notify" : "inside a record")
                    + ": the peer, or somebody in between, has cut it (if it always does so, see TlsOptions.withTruncationAllowed)"));
        }
    }

    /** Nothing more is taken. */
    void drop() {
        kept = null;
    }

    // ---- state ----

    /** Whether anything has come. */
    boolean hasHeard() {
        return heard;
    }

    /** Whether the peer has said that no more comes, or nothing more can. */
    boolean hasEnded() {
        return ended;
    }

    /**
     * Whether something is on its way: the rest of a record, or what a server of TLS 1.3 has to say when the handshake is done
     * for its client, which is its session tickets if nothing else.
     */
    boolean expectsMore() {
        return kept != null || handshake.isDone() && !heardSecured && connection.engine().getUseClientMode()
                && Sessions.isTls13(connection.engine());
    }
}
