package dev.anyloop.uring;

import dev.anyloop.ErrorKind;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One socket. In flight are
 *
 * <pre>
 * for output  a poll until the connection is made; a send while core's buffer is lent, that is, after an offer of which the kernel
 *             took only a part
 * for input   a receive between resumeReading and pauseReading, until the input is over; without a ring of buffers, a poll
 * </pre>
 */
final class UringConnection extends UringHandle implements Connection {

    // set once; the events by tell
    private final SocketAddress localAddress;
    private final SocketAddress remoteAddress;
    private ConnectionEvents events;
    // loop thread
    private boolean connecting;
    private boolean reading;
    private boolean inputOver;
    private boolean endSeen;
    private boolean failed;
    private @Nullable ByteBuffer lent;

    /** Takes an open socket over; if this throws, it has not. */
    UringConnection(UringTransport transport, int fd, SocketAddress localAddress, SocketAddress remoteAddress) {
        super(transport, fd);
        this.localAddress = localAddress;
        this.remoteAddress = remoteAddress;
    }

    void tell(ConnectionEvents events) {
        this.events = events;
    }

    /** The connection is yet to be made. */
    void connecting(ConnectionEvents events) {
        tell(events);
        connecting = true;
        noteChange();
    }

    // ---- input ----

    @Override
    boolean wantsInput() {
        return reading && !inputOver && !connecting;
    }

    @Override
    void requestInput(Ring ring, long userData) throws EngineException {
        Features features = transport.features();
        if (!features.bufferRing()) {
            ring.add(Ring.POLL_ADD, fd(), 0, 0, Sockets.POLLIN, userData);
        } else {
            int how = features.multishot() ? Ring.RECEIVE_MULTISHOT << 16 : 0;
            ring.add(Ring.RECEIVE | Ring.SELECT_BUFFER << 8 | how, fd(), 0, 0, 0, userData);
        }
    }

    @Override
    void inputCompleted(int result, int flags) {
        BufferRing buffers = transport.buffers();
        if (buffers == null) {
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
            if (result > 0 && !inputOver) {
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
    void dropped(int result, int flags) {
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
        ByteBuffer buffer = transport.readBuffer().clear();
        int count = transport.libc().call(
                Libc.RECVFROM, fd(), transport.readAddress(), buffer.capacity(), Sockets.MSG_DONTWAIT, 0);
        if (count > 0) {
            events.received(buffer.limit(count));
        } else if (count == 0 && lent != null && !endSeen) {
            endSeen = true;
        } else {
            inputEndedBy(count);
        }
    }

    private void inputEndedBy(int result) {
        if (inputOver || result < 0 && Errno.isToBeRepeated(result)) {
            return;
        }
        if (result < 0) {
            fail(Errno.failed("recv", result));
            return;
        }
        inputOver = true;
        transport.halfOpen().add(this);
        events.inputEnded();
    }

    /** After its end, when nothing is read that would tell. */
    void lookForReset() {
        int error = fd() == -1 || isClosing() ? 0 : transport.sockets().takeError(fd());
        if (error != 0) {
            fail(Errno.failed("recv", -error));
        }
    }

    private void fail(IOException cause) {
        transport.halfOpen().remove(this);
        inputOver = true;
        failed = true;
        events.failed(cause);
    }

    @Override
    public void pauseReading() {
        reading = false;
        noteChange();
    }

    @Override
    public void resumeReading() {
        reading = true;
        noteChange();
    }

    // ---- output ----

    @Override
    boolean wantsOutput() {
        return (connecting || lent != null) && !failed;
    }

    @Override
    void requestOutput(Ring ring, long userData) throws EngineException {
        ByteBuffer rest = lent;
        if (rest == null) {
            ring.add(Ring.POLL_ADD, fd(), 0, 0, Sockets.POLLOUT, userData);
        } else {
            long address = MemorySegment.ofBuffer(rest).address();
            ring.add(Ring.SEND, fd(), address, rest.remaining(), Sockets.MSG_NOSIGNAL, userData);
        }
    }

    @Override
    void outputCompleted(int result, int flags) {
        if (!wantsOutput()) {
            return; // it has failed meanwhile
        }
        if (connecting) {
            finishConnect(result);
        } else if (lent != null) {
            sent(lent, result);
        }
    }

    private void finishConnect(int readiness) {
        if (readiness < 0 && Errno.isToBeRepeated(readiness)) {
            return;
        }
        int error = readiness < 0 ? -readiness : transport.sockets().takeError(fd());
        if (error != 0) {
            fail(Errno.failed("connect", -error));
            return;
        }
        connecting = false;
        events.connected();
    }

    private void sent(ByteBuffer buffer, int result) {
        if (result > 0) {
            buffer.position(buffer.position() + result);
            if (!buffer.hasRemaining()) {
                lent = null;
            }
            events.written(result);
        } else if (!Errno.isToBeRepeated(result)) {
            lent = null;
            events.outputFailed(Errno.failed("send", result));
        }
    }

    @Override
    public int offer(ByteBuffer bytes) throws IOException {
        if (isClosing()) {
            throw new EngineException(ErrorKind.SOCKET_CLOSED, "send: the connection is closed");
        }
        int position = bytes.position();
        bytes.get(position); // throws if the memory segment behind it is closed: a bare address would not tell
        int count = transport.libc().call(Libc.SENDTO, fd(), MemorySegment.ofBuffer(bytes).address(), bytes.remaining(),
                Sockets.MSG_DONTWAIT | Sockets.MSG_NOSIGNAL, 0);
        if (count < 0) {
            if (Errno.isTemporary(count)) {
                return 0;
            }
            throw Errno.failed("send", count);
        }
        bytes.position(position + count);
        return count;
    }

    /** What was offered before; so it waits for its turn. */
    @Override
    public int write(ByteBuffer rest) throws IOException {
        if (isClosing()) {
            throw new EngineException(ErrorKind.SOCKET_CLOSED, "send: the connection is closed");
        }
        lent = rest;
        noteChange();
        return 0;
    }

    /** At once, and not by the ring, where it takes a thread of the kernel's. If the connection is gone, reading tells why. */
    @Override
    public void shutdownOutput() {
        if (!isClosing()) {
            transport.libc().call(Libc.SHUTDOWN, fd(), Sockets.SHUT_WR, 0);
        }
    }

    // ---- release ----

    @Override
    public void close() {
        transport.halfOpen().remove(this);
        startClose();
    }

    @Override
    void released() {
        lent = null;
        events.closed();
    }

    // ---- addresses ----

    @Override
    public SocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public SocketAddress remoteAddress() {
        return remoteAddress;
    }
}
