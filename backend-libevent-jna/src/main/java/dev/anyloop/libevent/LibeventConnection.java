package dev.anyloop.libevent;

import dev.anyloop.ErrorKind;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One socket. What it is watched for says what it is waiting for:
 *
 * <pre>
 * output  until the connection is made, and while core's buffer is lent, that is, after an offer of which the kernel took
 *         only a part
 * input   between resumeReading and pauseReading, until the input is over
 * </pre>
 */
final class LibeventConnection implements Connection, LibeventHandle {

    // Set once; the events by tell.
    private final LibeventTransport transport;
    private final Descriptor descriptor;
    private final SocketAddress localAddress;
    private final SocketAddress remoteAddress;
    private ConnectionEvents events;

    // Loop thread.
    private boolean connecting;
    private boolean reading;
    private boolean inputOver;
    private @Nullable ByteBuffer lent;

    /** Takes an open socket over; if this throws, it has not. */
    LibeventConnection(LibeventTransport transport, int fd, SocketAddress remoteAddress) throws EngineException {
        this.transport = transport;
        this.localAddress = transport.sockets().localAddress(fd);
        this.remoteAddress = remoteAddress;
        this.descriptor = transport.watch(fd, this);
    }

    void tell(ConnectionEvents events) {
        this.events = events;
    }

    /** The connection is yet to be made. */
    void connecting(ConnectionEvents events) {
        tell(events);
        connecting = true;
        descriptor.watchOutput(true);
    }

    @Override
    public void ready(int what) {
        if (connecting) {
            finishConnect();
            return;
        }
        if ((what & Libevent.EV_READ) != 0 && reading) {
            read();
        }
        // Second, because a failing write takes a reset off the socket, and reading would call it the end (READ-005).
        if ((what & Libevent.EV_WRITE) != 0 && lent != null) {
            writeRest(lent);
        }
    }

    private void finishConnect() {
        int errno = transport.sockets().takeError(descriptor.fd());
        if (errno != 0) {
            fail(Errno.failed("connect", errno));
            return;
        }
        connecting = false;
        descriptor.watchOutput(false);
        events.connected();
    }

    /** Reads once: what is left is ready again in the next poll, after the others had their turn (ORDER-011). */
    private void read() {
        ByteBuffer buffer = transport.readBuffer().clear();
        int count = (int) Libc.recv(descriptor.fd(), transport.readAddress(), buffer.capacity(), 0);
        if (count > 0) {
            events.received(buffer.limit(count));
        } else if (count == 0) {
            endReading(); // an end stays ready for ever (HALF-007)
            transport.halfOpen().add(this);
            events.inputEnded();
        } else {
            int errno = Errno.last();
            if (!Errno.isTemporary(errno)) {
                fail(Errno.failed("recv", errno));
            }
        }
    }

    /** After its end, when nothing is read that would tell. */
    void lookForReset() {
        int errno = descriptor.fd() == -1 ? 0 : transport.sockets().takeError(descriptor.fd());
        if (errno != 0) {
            fail(Errno.failed("recv", errno));
        }
    }

    private void fail(IOException cause) {
        transport.halfOpen().remove(this);
        endReading();
        giveBack();
        events.failed(cause);
    }

    @Override
    public void unwatchable(IOException cause) {
        fail(cause);
    }

    @Override
    public int offer(ByteBuffer bytes) throws IOException {
        checkOpen();
        bytes.get(bytes.position()); // throws if the memory segment behind it is closed: a bare address would not tell
        return send(bytes);
    }

    /** What was offered before; so it waits for its turn. */
    @Override
    public int write(ByteBuffer rest) throws IOException {
        checkOpen();
        lent = rest;
        descriptor.watchOutput(true);
        return 0;
    }

    private void checkOpen() throws EngineException {
        if (descriptor.fd() == -1) {
            throw new EngineException(ErrorKind.SOCKET_CLOSED, "send: the connection is closed");
        }
    }

    private int send(ByteBuffer buffer) throws EngineException {
        int position = buffer.position();
        long address = transport.addressOf(buffer) + position;
        int count = (int) Libc.send(descriptor.fd(), address, buffer.remaining(), Libc.MSG_NOSIGNAL);
        if (count == -1) {
            int errno = Errno.last();
            if (Errno.isTemporary(errno)) {
                return 0;
            }
            throw Errno.failed("send", errno);
        }
        buffer.position(position + count);
        return count;
    }

    private void writeRest(ByteBuffer buffer) {
        int count;
        try {
            count = send(buffer);
        } catch (EngineException e) {
            giveBack();
            events.outputFailed(e);
            return;
        }
        if (!buffer.hasRemaining()) {
            giveBack();
        }
        if (count > 0) {
            events.written(count);
        }
    }

    private void giveBack() {
        lent = null;
        descriptor.watchOutput(false);
    }

    private void endReading() {
        inputOver = true;
        pauseReading();
    }

    @Override
    public void pauseReading() {
        reading = false;
        descriptor.watchInput(false);
    }

    @Override
    public void resumeReading() {
        if (!inputOver) {
            reading = true;
            descriptor.watchInput(true);
        }
    }

    @Override
    public void shutdownOutput() {
        if (descriptor.fd() != -1) {
            Libc.shutdown(descriptor.fd(), Libc.SHUT_WR); // if the connection is gone, reading tells with the reason
        }
    }

    @Override
    public void close() {
        transport.halfOpen().remove(this);
        inputOver = true;
        reading = false;
        lent = null;
        transport.release(this, descriptor);
    }

    /** Core does not know it. */
    void abandon() {
        descriptor.close();
    }

    @Override
    public void released() {
        events.closed();
    }

    @Override
    public SocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public SocketAddress remoteAddress() {
        return remoteAddress;
    }
}
