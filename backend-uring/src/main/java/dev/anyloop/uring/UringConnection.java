package dev.anyloop.uring;

import dev.anyloop.ErrorKind;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One socket, of which this is the sending half. In flight for output are a poll until the connection is made, and a send while core's
 * buffer is lent: that is, in a {@link Batch}, or after an offer of which the kernel took only a part.
 */
final class UringConnection extends UringReader implements Connection {

    // set once
    private final SocketAddress localAddress;
    private final SocketAddress remoteAddress;
    // loop thread
    private boolean connecting;
    private @Nullable ByteBuffer lent;

    /** Takes an open socket over; if this throws, it has not. */
    UringConnection(UringTransport transport, int fd, SocketAddress localAddress, SocketAddress remoteAddress) {
        super(transport, fd);
        this.localAddress = localAddress;
        this.remoteAddress = remoteAddress;
    }

    /** The connection is yet to be made. */
    UringConnection connecting(ConnectionEvents events) {
        tell(events);
        connecting = true;
        noteChange();
        return this;
    }

    @Override
    boolean isConnected() {
        return !connecting;
    }

    @Override
    boolean isSending() {
        return lent != null;
    }

    // ---- output ----

    @Override
    boolean wantsOutput() {
        return (connecting || lent != null) && !hasFailed();
    }

    @Override
    void requestOutput(Ring ring, long userData) throws EngineException {
        ByteBuffer rest = lent;
        if (rest == null) {
            ring.add(Ring.POLL_ADD, fd(), 0, 0, Sockets.POLLOUT, userData);
        } else {
            long address = Address.of(rest);
            ring.add(Ring.SEND, fd(), address, rest.remaining(), Sockets.MSG_NOSIGNAL, userData);
            transport.inUse().sending(id(), rest);
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
        noteChange();
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
        if (transport.batch().takes(bytes.remaining())) {
            return 0;
        }
        int position = bytes.position();
        bytes.get(position); // throws if the memory segment behind it is closed: a bare address would not tell
        int count = transport.libc().call(Libc.SENDTO, fd(), Address.of(bytes), bytes.remaining(),
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

    /** What an offer has left: for the batch, or because there was no room, and so it waits for its turn. */
    @Override
    public int write(ByteBuffer rest) throws IOException {
        if (isClosing()) {
            throw new EngineException(ErrorKind.SOCKET_CLOSED, "send: the connection is closed");
        }
        lent = rest;
        if (transport.batch().takes(rest.remaining())) {
            sendInBatch();
        } else {
            noteChange();
        }
        return 0;
    }

    private void sendInBatch() throws EngineException {
        try {
            requestOutputNow();
            transport.batch().taken();
        } catch (EngineException e) {
            lent = null; // it is core's again
            throw e;
        }
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
