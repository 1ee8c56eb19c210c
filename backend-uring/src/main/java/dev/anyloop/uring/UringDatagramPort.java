package dev.anyloop.uring;

import dev.anyloop.ErrorKind;
import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import dev.anyloop.core.transport.EngineException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One datagram socket. In flight are polls, for input while it receives, and for output while core waits for room: a datagram takes
 * memory for the longest there can be, which is not spent on sockets that wait.
 */
final class UringDatagramPort extends UringHandle implements DatagramPort {

    /** How many datagrams one readiness may bring, so that a flood of them leaves the others their turn (SEAM-017). */
    private static final int MOST_DATAGRAMS = 64;

    // set once
    private final DatagramEvents events;
    private final int family;
    private final InetSocketAddress localAddress;
    // loop thread
    private boolean receiving;
    private boolean waiting; // for room

    /** Takes a bound socket over; if this throws, it has not. */
    UringDatagramPort(UringTransport transport, int fd, int family, InetSocketAddress localAddress, DatagramEvents events) {
        super(transport, fd);
        this.events = events;
        this.family = family;
        this.localAddress = localAddress;
    }

    // ---- events ----

    @Override
    boolean wantsInput() {
        return receiving;
    }

    @Override
    void requestInput(Ring ring, long userData) throws EngineException {
        ring.add(Ring.POLL_ADD, fd(), 0, 0, Sockets.POLLIN, userData);
    }

    /** Goes on until an event of this very round has paused or closed it. */
    @Override
    void inputCompleted(int result, int flags) {
        if (result < 0 && !Errno.isToBeRepeated(result)) {
            events.receiveFailed(Errno.failed("poll", result));
        } else if (result >= 0) {
            for (int count = 0; count < MOST_DATAGRAMS && receiving && receive(); count++) {
                // told
            }
        }
    }

    private boolean receive() {
        ByteBuffer buffer = transport.readBuffer().cleared();
        int count = transport.datagrams().receive(fd(), transport.readBuffer().address(), buffer.capacity());
        if (count >= 0) {
            events.received(buffer.limit(count), transport.datagrams().sender());
        } else if (!Errno.isTemporary(count)) {
            events.receiveFailed(Errno.failed("recvfrom", count));
        }
        return !Errno.isTemporary(count);
    }

    @Override
    boolean wantsOutput() {
        return waiting;
    }

    @Override
    void requestOutput(Ring ring, long userData) throws EngineException {
        ring.add(Ring.POLL_ADD, fd(), 0, 0, Sockets.POLLOUT, userData);
    }

    @Override
    void outputCompleted(int result, int flags) {
        if (result >= 0) {
            waiting = false;
            events.sendable();
        }
    }

    @Override
    void dropped(int result, int flags) {
        // Polls bring nothing.
    }

    @Override
    void released() {
        events.closed();
    }

    // ---- from core ----

    @Override
    public boolean send(ByteBuffer data, @Nullable InetSocketAddress to) throws EngineException {
        int fd = openFd();
        int length = data.remaining();
        if (length > 0) {
            data.get(data.position()); // throws if the memory segment behind it is closed: a bare address would not tell
        }
        int sent = transport.datagrams().send(fd, family, Address.of(data), length, to);
        if (sent >= 0) {
            return true;
        }
        if (!Errno.isTemporary(sent)) {
            throw Errno.failed("send", sent);
        }
        waiting = true;
        noteChange();
        return false;
    }

    @Override
    public void connect(@Nullable InetSocketAddress peer) throws EngineException {
        Sockets sockets = transport.sockets();
        int fd = openFd();
        sockets.takeError(fd); // the one before may have refused something
        if (peer == null) {
            sockets.disconnect(fd, family, localAddress);
            return;
        }
        try {
            sockets.connect(fd, family, peer);
        } catch (EngineException e) { // the one before may be of the other family; and if not, Linux keeps it
            sockets.disconnect(fd, family, localAddress);
            sockets.connect(fd, family, peer);
        }
    }

    @Override
    public void join(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws EngineException {
        transport.datagrams().change(openFd(), family, true, group, on, source);
    }

    @Override
    public void leave(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws EngineException {
        transport.datagrams().change(openFd(), family, false, group, on, source);
    }

    private int openFd() throws EngineException {
        if (isClosing()) {
            throw new EngineException(ErrorKind.SOCKET_CLOSED, "The datagram socket is closed");
        }
        return fd();
    }

    @Override
    public void pauseReceiving() {
        receiving = false;
        noteChange();
    }

    @Override
    public void resumeReceiving() {
        receiving = true;
        noteChange();
    }

    @Override
    public void close() {
        receiving = false;
        waiting = false;
        startClose();
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }
}
