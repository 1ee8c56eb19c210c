package dev.anyloop.core.socket;

import dev.anyloop.ReadCallback;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a socket: hands data and end to the user, or keeps them while the socket is paused, the loop
 * halted or the connect or accept callback still to come (an engine may still deliver what it had under way: SEAM-011).
 */
final class Input {

    private static final int MOST_BYTES_AT_ONCE = 64 * 1024;

    /** What came while nothing could be handed on; delivered in this order. */
    private static final class Held {
        ByteBuffer data = ByteBuffer.allocate(0);
        boolean ended;
        @Nullable IOException failure;

        void append(ByteBuffer bytes) {
            data = ByteBuffer.allocate(data.remaining() + bytes.remaining()).put(data).put(bytes).flip();
        }
    }

    // set once
    private final Link link;
    // loop thread
    private @Nullable ReadCallback onRead;
    private @Nullable Held held;
    private boolean started;
    private boolean paused;
    private boolean redelivering;
    private boolean over;
    private boolean ended;
    private boolean discarded;

    Input(Link link) {
        this.link = link;
    }

    void onRead(ReadCallback callback) {
        onRead = callback;
    }

    /** The connect or accept callback has run: nothing is read before (ORDER-005, ORDER-006). */
    void start() {
        started = true;
        if (!paused) {
            if (!over) {
                link.connection().resumeReading();
            }
            redeliverLater();
        }
    }

    void pause() {
        paused = true;
        if (started && !over) {
            link.connection().pauseReading();
        }
    }

    void resume() {
        paused = false;
        if (started && !over) {
            link.connection().resumeReading();
        }
        redeliverLater();
    }

    // ---- events ----

    void received(ByteBuffer bytes) {
        if (!link.isConnected()) {
            discarded = true; // the user has closed
            return;
        }
        if (mustHold()) {
            hold().append(bytes);
        } else {
            deliver(bytes);
        }
    }

    void ended() {
        over = true;
        if (mustHold()) {
            hold().ended = true;
        } else {
            deliverEnd();
        }
    }

    void failed(IOException cause) {
        over = true;
        if (mustHold()) {
            hold().failure = cause;
        } else {
            link.inputFailed(cause);
        }
    }

    private boolean mustHold() {
        return link.isConnected() && (paused || !link.isIntroduced() || held != null || link.sockets.loop.isHalted());
    }

    private Held hold() {
        if (held == null) {
            held = new Held();
        }
        if (!paused) {
            redeliverLater();
        }
        return held;
    }

    // ---- delivery ----

    private void redeliverLater() {
        if (held != null && !redelivering && link.isIntroduced()) {
            link.sockets.loop.defer(this::redeliver);
            redelivering = true; // not sooner: this may fail
        }
    }

    private void redeliver() {
        redelivering = false;
        try {
            deliverHeld();
        } catch (VirtualMachineError e) { // what is not handed on now is lost
            link.ranOut(e);
        }
    }

    private void deliverHeld() {
        while (held != null && link.isConnected() && !paused && !link.sockets.loop.isHalted()) {
            ByteBuffer data = held.data;
            if (data.hasRemaining()) {
                int length = Math.min(data.remaining(), MOST_BYTES_AT_ONCE);
                ByteBuffer next = data.slice(data.position(), length);
                data.position(data.position() + length);
                deliver(next);
            } else {
                deliverLast(held);
            }
        }
        if (!link.isConnected()) {
            held = null; // it was closed in between
        } else if (!paused) {
            redeliverLater(); // the loop was halted in between
        }
    }

    private void deliverLast(Held last) {
        held = null;
        if (last.ended) {
            deliverEnd();
        }
        if (last.failure != null) {
            link.inputFailed(last.failure);
        }
    }

    private void deliver(ByteBuffer bytes) {
        if (onRead != null) { // else it is read and discarded (READ-008)
            if (link.sockets.delivery.deliver(link, onRead, bytes)) {
                link.leftPlain();
            }
            link.flushQueued();
        }
    }

    private void deliverEnd() {
        ended = true;
        link.endReached();
    }

    /** An end or a failure that is held back is somebody else's to tell. Answers with the failure, if it is one. */
    @Nullable IOException takeLast() {
        IOException failure = heldFailure();
        held = null;
        return failure;
    }

    // ---- closing ----

    /** The user has closed: what is held and what still comes is discarded, so that the peer is not stopped. */
    void discard() {
        Held dropped = held;
        held = null;
        paused = false;
        if (dropped != null && dropped.ended) {
            ended = true;
        }
        if (dropped != null && dropped.failure != null) {
            link.inputFailed(dropped.failure);
        } else if (!over) {
            started = true;
            link.connection().resumeReading();
        }
    }

    // ---- state ----

    /** Whether the read callback of this very socket is running. */
    boolean isDelivering() {
        return link.sockets.delivery.isTo(link);
    }

    boolean isPaused() {
        return paused;
    }

    /** Whether bytes can still come and would be delivered: the time in which a read timeout runs. */
    boolean isFlowing() {
        return started && !paused && !over;
    }

    /** Whether nothing more comes, delivered or not. */
    boolean isOver() {
        return over;
    }

    /** Whether the user has seen the end, or would have. */
    boolean hasEnded() {
        return ended;
    }

    /** Whether something that came is still to be delivered. */
    boolean isHolding() {
        return held != null;
    }

    /** Whether bytes that came are still to be delivered, all or some of them. */
    boolean isHoldingBytes() {
        return held != null && held.data.hasRemaining();
    }

    /** Whether a failure waits for the socket to be resumed: nothing can be sent any more. */
    @Nullable IOException heldFailure() {
        return held == null ? null : held.failure;
    }

    /** Whether something came after the user had closed: the peer may be sending still. */
    boolean hasDiscarded() {
        return discarded;
    }
}
