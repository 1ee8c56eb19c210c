package dev.anyloop.core.tls;

import dev.anyloop.ErrorKind;
import dev.anyloop.Operation;
import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What goes: makes records of what was lent, and of what the engine has to say by itself. They are offered to the engine's
 * connection, which is lent what it does not take; until it has taken all, no other record is made. It is long because all that
 * is sent passes here.
 */
final class Outgoing {

    /** An engine that failed may throw once more before it says what the peer is to be told. */
    private static final int MOST_LAST_WORDS = 4;

    // set once
    private final TlsConnection connection;
    // loop thread
    private @Nullable ByteBuffer lent; // the user's bytes, of which no record is made yet
    private @Nullable Unsent unsent;
    private int sent; // of the user's bytes, since that was told
    private @Nullable IOException failure; // of making records, or of sending them
    private boolean spoken; // a record was made
    private boolean ending; // by our close_notify
    private boolean endWaits; // until the kernel takes it
    private @Nullable IOException endFailure;
    private boolean shutting; // and the end of the engine's connection after it

    Outgoing(TlsConnection connection) {
        this.connection = connection;
    }

    // ---- the user's bytes ----

    /** They are offered nowhere before: a record that the kernel took in part could not be taken back. */
    void lend(ByteBuffer plaintext) {
        lent = plaintext;
    }

    boolean isLent() {
        return lent != null;
    }

    void forgetLent() {
        lent = null;
    }

    /**
     * Makes records of what was lent while the kernel takes them all; tells how much was sent by that.
     *
     * @throws IOException why no more can be sent, once it was told of all that was; not if it is the engine that failed
     */
    int pump() throws IOException {
        try {
            while (lent != null && unsent == null && failure == null) {
                wrap(lent);
            }
        } catch (IOException e) {
            failure = e;
        } catch (VirtualMachineError e) { // a record may be lost by that, and cannot be made again
            failure = new EngineException(Operation.WRITE, e);
        }
        int told = takeSent();
        if (told == 0 && hasFailed() && !isBroken()) {
            lent = null;
            throw Objects.requireNonNull(failure);
        }
        return told;
    }

    /** Whether it is the engine that failed: then nothing more is received either, and the peer is to be told. */
    boolean isBroken() {
        return failure instanceof TlsException tls && tls.kind != ErrorKind.CONNECTION_RESET;
    }

    IOException failure() {
        return Objects.requireNonNull(failure);
    }

    /** Whether no more can be sent, and all that was made before is taken. */
    boolean hasFailed() {
        return failure != null && unsent == null;
    }

    private void wrap(ByteBuffer plaintext) throws IOException {
        ByteBuffer room = connection.tls.cipher();
        connection.tls.batch().clear();
        try {
            wrapBatch(plaintext, room);
        } finally { // what was made before a failure is sent before that is told
            send(room);
        }
        if (!plaintext.hasRemaining()) {
            lent = null;
        }
    }

    private void wrapBatch(ByteBuffer plaintext, ByteBuffer room) throws IOException {
        Batch batch = connection.tls.batch();
        while (plaintext.hasRemaining() && hasRoom(room, plaintext.remaining()) && !batch.isFull()) {
            SSLEngineResult result = wrap(plaintext, room);
            batch.add(result.bytesConsumed(), result.bytesProduced());
            if (result.getStatus() == Status.CLOSED) {
                throw new TlsException(ErrorKind.CONNECTION_RESET, "the peer has ended the connection, which in TLS 1.2 ends both sides"
                        + " (with the TLS 1.3 of some providers too)");
            } else if (result.bytesProduced() == 0) {
                throw TlsFailures.noProgress(result);
            }
        }
    }

    /** For a record of so many bytes, or as many as go into one. */
    private static boolean hasRoom(ByteBuffer room, int bytes) {
        return room.remaining() >= Records.HEADER_BYTES + Math.min(bytes, Records.PLAIN_BYTES) + Records.ADDED_BYTES;
    }

    private SSLEngineResult wrap(ByteBuffer plaintext, ByteBuffer room) throws IOException {
        try {
            return makeRecord(plaintext, room);
        } catch (VirtualMachineError e) { // not of the engine's making
            throw e;
        } catch (Throwable e) { // a LinkageError if its provider is not there as a whole
            throw TlsFailures.of(e, connection.engine(), true);
        }
    }

    private SSLEngineResult makeRecord(ByteBuffer plaintext, ByteBuffer room) throws SSLException {
        SSLEngine engine = connection.engine();
        ByteBuffer record = connection.tls.record();
        SSLEngineResult result = engine.wrap(plaintext, record);
        if (result.getStatus() == Status.BUFFER_OVERFLOW) { // the JDK's wants room for twice a record, if it is to accept such
            record = connection.tls.record(engine.getSession().getPacketBufferSize());
            result = engine.wrap(plaintext, record);
        }
        room.put(record.flip());
        return result;
    }

    // ---- what the engine has to say ----

    /** As much as there is room for. */
    void wrapForEngine() throws IOException {
        SSLEngine engine = connection.engine();
        ByteBuffer room = connection.tls.cipher();
        try {
            do {
                SSLEngineResult result = makeRecord(TlsConnection.NOTHING, room);
                if (result.bytesProduced() == 0 && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                    throw TlsFailures.noProgress(result);
                }
            } while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && hasRoom(room, Records.PLAIN_BYTES));
        } finally { // the peer cannot read the alert of an engine that fails without what was made before
            sendAnswer(room);
        }
    }

    /** That it cannot be sent is no failure of what is received: of that there may be more (READ-005). */
    private void sendAnswer(ByteBuffer records) {
        try {
            sendForEngine(records);
        } catch (IOException e) {
            connection.sendingFailed(e);
        }
    }

    /**
     * Why it has failed, as far as the kernel takes it.
     *
     * @param known whether the engine itself has found that out; else it says no more than that it goes
     */
    void sayLastWords(boolean known) {
        try {
            SSLEngine engine = connection.engine();
            if (!known) {
                engine.closeOutbound();
            }
            ByteBuffer room = connection.tls.cipher();
            boolean more = !known || engine.isInboundDone() // Conscrypt's has something to say then, and does not say so
                    || engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
            for (int i = 0; i < MOST_LAST_WORDS && unsent == null && more; i++) {
                try {
                    more = makeRecord(TlsConnection.NOTHING, room).bytesProduced() > 0;
                } catch (Exception | LinkageError | AssertionError e) {
                    // what is known already
                }
            }
            if (room.position() > 0) {
                sendForEngine(room);
            }
        } catch (Throwable e) {
            // then it is not told
        }
    }

    /** The same, when there is no engine yet. */
    void say(Alert alert) {
        try {
            ByteBuffer room = connection.tls.cipher();
            alert.put(room);
            sendForEngine(room);
        } catch (Throwable e) {
            // then it is not told
        }
    }

    // ---- the end ----

    /**
     * Tells the peer that no more comes, if it was not told yet.
     *
     * @param now whether that can be said, or has to wait until the connection is secure
     * @return whether it has been sent
     */
    boolean sendEnd(boolean now) {
        if (!ending) {
            ending = true;
            endWaits = true;
            if (now) {
                sendWaitingEnd();
            }
        }
        return !endWaits;
    }

    /** Tells whether the end had to wait for what stood in its way, and has been sent now. */
    boolean sendWaitingEnd() {
        if (!endWaits || unsent != null) {
            return false;
        }
        try {
            sayEnd();
            endWaits = unsent != null;
        } catch (IOException e) {
            endWaits = false;
            endFailure = e;
        } catch (Throwable e) {
            endWaits = false; // a failure shows in reading
        }
        if (!endWaits) {
            shutBelow();
        }
        return !endWaits;
    }

    private void sayEnd() throws IOException {
        SSLEngine engine = connection.engine();
        engine.closeOutbound();
        ByteBuffer room = connection.tls.cipher();
        boolean said = true;
        while (said && !engine.isOutboundDone() && hasRoom(room, Records.PLAIN_BYTES)) { // it may have begun to change its keys
            said = makeRecord(TlsConnection.NOTHING, room).bytesProduced() > 0;
        }
        sendForEngine(room);
    }

    /** Ends the engine's connection too. */
    void shutdown(boolean now) {
        shutting = true;
        if (sendEnd(now)) {
            shutBelow();
        }
    }

    private void shutBelow() {
        if (shutting) {
            shutting = false;
            connection.below.shutdownOutput();
        }
    }

    // ---- to the engine's connection ----

    /** Records without bytes of the user's. */
    private void sendForEngine(ByteBuffer records) throws IOException {
        connection.tls.batch().clear();
        connection.tls.batch().add(0, records.position());
        send(records);
    }

    private void send(ByteBuffer records) throws IOException {
        records.flip();
        if (records.hasRemaining()) {
            spoken = true;
            sent += connection.tls.batch().sent(connection.below.offer(records));
        }
        if (records.hasRemaining()) {
            keepUnsent(records);
        }
    }

    private void keepUnsent(ByteBuffer records) throws IOException {
        Unsent rest = new Unsent(connection.tls.loop.buffers, records, connection.tls.takeBatch());
        unsent = rest;
        try {
            taken(rest, connection.below.write(rest.bytes()));
        } catch (IOException e) {
            drop();
            throw e;
        }
    }

    /** It has taken so many bytes more of what it was lent: how many of the user's were sent by that. */
    int taken(int count) {
        taken(Objects.requireNonNull(unsent), count);
        return takeSent();
    }

    private void taken(Unsent records, int count) {
        sent += records.taken(count);
        if (records.isTaken()) {
            drop();
        }
    }

    private int takeSent() {
        int count = sent;
        sent = 0;
        return count;
    }

    /** It has, or wants, nothing of it any more. */
    void drop() {
        if (unsent != null) {
            unsent.giveBack();
            unsent = null;
        }
    }

    // ---- state ----

    /** Whether the kernel has to take something before another record can be made. */
    boolean isStuck() {
        return unsent != null;
    }

    /** Whether any record was made. */
    boolean hasSpoken() {
        return spoken;
    }

    /** What our end has met: a reset of the peer, for one, is then not met again by reading (READ-005). */
    @Nullable IOException endFailure() {
        return endFailure;
    }

    /** Whether the peer is told, or was, that no more comes. */
    boolean isEnding() {
        return ending;
    }
}
