package dev.anyloop.uring;

import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The receiving half of a connection. In flight for input is a receive, between resumeReading and pauseReading, until the input is over;
 * without a ring of buffers a poll.
 *
 * <p>Who sends much is read from after polls too, into memory that is always the same: of the ring's buffers, which are few to stay in the
 * processor's cache, each of its messages would take a whole one, and receives end when there is none.
 */
abstract class UringReader extends UringHandle {

    private static final int MUCH_BYTES = 16 * 1024;
    private static final int LITTLE_BYTES = 4 * 1024;

    // set once, by tell
    ConnectionEvents events;
    // loop thread
    private boolean reading;
    private boolean bulk; // the peer sends much
    private boolean polling; // is in flight, or was, and not a receive
    private boolean over;
    private boolean endSeen;
    private boolean failed;

    UringReader(UringTransport transport, int fd) {
        super(transport, fd);
    }

    final void tell(ConnectionEvents events) {
        this.events = events;
    }

    /** Whether it is read from after polls, for the peer sends much. */
    final boolean isBulk() {
        return bulk;
    }

    // ---- by the sending half ----

    /** Nothing is read before. */
    abstract boolean isConnected();

    /** Whether a send may be in flight. */
    abstract boolean isSending();

    final boolean hasFailed() {
        return failed;
    }

    // ---- what is asked for ----

    public final void pauseReading() {
        reading = false;
        noteChange();
        BufferRing buffers = transport.buffers();
        if (buffers != null) {
            buffers.hold();
        }
    }

    public final void resumeReading() {
        reading = true;
        noteChange();
    }

    @Override
    final boolean wantsInput() {
        return reading && !over && isConnected();
    }

    @Override
    final boolean isInputOutdated() {
        return bulk && !polling;
    }

    @Override
    final void requestInput(Ring ring, long userData) throws EngineException {
        Features features = transport.features();
        polling = bulk || !features.bufferRing();
        if (polling) {
            ring.add(Ring.POLL_ADD, fd(), 0, 0, Sockets.POLLIN, userData);
        } else {
            int how = features.multishot() ? Ring.RECEIVE_MULTISHOT << 16 : 0;
            ring.add(Ring.RECEIVE | Ring.SELECT_BUFFER << 8 | how, fd(), 0, 0, 0, userData);
        }
    }

    // ---- what comes ----

    @Override
    final boolean isForWantOfBuffer(int result) {
        return !polling && result == -Errno.ENOBUFS;
    }

    @Override
    final void inputCompleted(int result, int flags) {
        BufferRing buffers = transport.buffers();
        if (polling || buffers == null) {
            readNow(result);
        } else if ((flags & Ring.HAS_BUFFER) != 0) {
            receivedInto(buffers, result, flags);
        } else {
            inputEndedBy(result);
        }
    }

    /** An end, or a failure, may have taken a buffer too. */
    private void receivedInto(BufferRing buffers, int result, int flags) {
        try {
            ByteBuffer bytes = buffers.received(Math.max(0, result), flags);
            if (result > 0 && !over) {
                if (result >= MUCH_BYTES) {
                    bulk = true;
                    noteChange();
                }
                events.received(bytes);
            }
        } finally {
            buffers.release(flags);
        }
        if (result <= 0) {
            inputEndedBy(result);
        }
    }

    @Override
    final void dropped(int result, int flags) {
        BufferRing buffers = transport.buffers();
        if (buffers != null && (flags & Ring.HAS_BUFFER) != 0) {
            buffers.received(Math.max(0, result), flags);
            buffers.release(flags);
        }
    }

    /**
     * Reads once: what is left is ready again in the next poll, after the others had their turn (ORDER-011). So is an end, which is
     * believed the second time if a send is in flight: that may have met a reset, which then looks like an end, and tell it behind this.
     */
    private void readNow(int readiness) {
        if (!wantsInput() || readiness < 0) {
            return; // it was cancelled
        }
        ByteBuffer buffer = transport.readBuffer().cleared();
        int count = transport.libc().call(
                Libc.RECVFROM, fd(), transport.readBuffer().address(), buffer.capacity(), Sockets.MSG_DONTWAIT, 0);
        if (count > 0) {
            bulk = count >= LITTLE_BYTES;
            events.received(buffer.limit(count));
        } else if (count == 0 && isSending() && !endSeen) {
            endSeen = true;
        } else {
            inputEndedBy(count);
        }
    }

    private void inputEndedBy(int result) {
        if (over || Errno.isToBeRepeated(result) || isForWantOfBuffer(result)) {
            return;
        }
        if (result < 0) {
            fail(Errno.failed("recv", result));
            return;
        }
        over = true;
        transport.halfOpen().add(this);
        events.inputEnded();
    }

    /** After its end, when nothing is read that would tell. */
    final void lookForReset() {
        int error = fd() == -1 || isClosing() ? 0 : transport.sockets().takeError(fd());
        if (error != 0) {
            fail(Errno.failed("recv", -error));
        }
    }

    final void fail(IOException cause) {
        transport.halfOpen().remove(this);
        over = true;
        failed = true;
        events.failed(cause);
    }
}
