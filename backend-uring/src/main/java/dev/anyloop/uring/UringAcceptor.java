package dev.anyloop.uring;

import dev.anyloop.Operation;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.EngineException;
import java.net.SocketAddress;
import java.util.Arrays;

/** One listening socket, with an accept in flight while it accepts. */
final class UringAcceptor extends UringHandle implements Acceptor {

    private static final int[] NONE = {}; // nothing may fail once the handle is known
    private static final int FIRST_ROOM = 8;
    private static final ConnectionEvents NOBODY = new Nobody();

    // set once
    private final int family;
    private final SocketOptions options;
    private final AcceptorEvents events;
    private final SocketAddress localAddress;
    // loop thread
    private boolean accepting = true;
    private int[] early = NONE; // accepted though core had paused it: descriptors
    private int earlyCount;

    /** Takes a listening socket over; if this throws, it has not. */
    UringAcceptor(UringTransport transport, int fd, int family, SocketAddress localAddress, SocketOptions options,
            AcceptorEvents events) {
        super(transport, fd);
        this.family = family;
        this.localAddress = localAddress;
        this.options = options;
        this.events = events;
        noteChange();
    }

    @Override
    boolean wantsInput() {
        return accepting;
    }

    @Override
    void requestInput(Ring ring, long userData) throws EngineException {
        int how = transport.features().multishot() ? Ring.ACCEPT_MULTISHOT << 16 : 0;
        ring.add(Ring.ACCEPT | how, fd(), 0, 0, Sockets.SOCK_CLOEXEC, userData);
    }

    /** Those that came while it was paused come first. Then it is not done, so that this poll, which has told of them, does not wait. */
    @Override
    boolean applyChange(Ring ring) throws EngineException {
        if (earlyCount == 0 || !accepting) {
            return super.applyChange(ring);
        }
        while (earlyCount > 0 && accepting) {
            int first = early[0];
            System.arraycopy(early, 1, early, 0, --earlyCount);
            introduce(first);
        }
        return false;
    }

    @Override
    void inputCompleted(int result, int flags) {
        if (result < 0) {
            if (!Errno.isToBeRepeated(result)) {
                events.acceptFailed(Errno.failed("accept", result));
            }
        } else if (accepting && earlyCount == 0) {
            introduce(result);
        } else {
            keep(result);
        }
    }

    private void keep(int fd) {
        try {
            if (earlyCount == early.length) {
                early = Arrays.copyOf(early, Math.max(FIRST_ROOM, 2 * earlyCount));
            }
            early[earlyCount++] = fd;
        } catch (OutOfMemoryError e) {
            transport.libc().close(fd);
            events.acceptFailed(new EngineException(Operation.ACCEPT, e));
        }
    }

    /** Until core has it the descriptor is ours to close, whatever happens: this one connection pays. */
    private void introduce(int fd) {
        UringConnection connection = null;
        try {
            Sockets sockets = transport.sockets();
            if (family == Sockets.AF_UNIX) {
                sockets.configure(fd, family, options);
            }
            connection = new UringConnection(transport, fd, sockets.localAddress(fd), sockets.remoteAddress(fd, family));
            connection.tell(events.accepted(connection));
        } catch (EngineException e) {
            transport.libc().close(fd); // its peer is gone, and nobody knows any more who that was
        } catch (Throwable e) { // there is no memory for it, or no stack
            if (connection == null) {
                transport.libc().close(fd);
            } else {
                connection.tell(NOBODY);
                connection.close(); // what was asked for in the event may be in flight
            }
            events.acceptFailed(new EngineException(Operation.ACCEPT, e));
        }
    }

    @Override
    void dropped(int result, int flags) {
        if (result >= 0) {
            transport.libc().close(result);
        }
    }

    @Override
    boolean wantsOutput() {
        return false;
    }

    @Override
    void requestOutput(Ring ring, long userData) {
        throw new AssertionError();
    }

    @Override
    void outputCompleted(int result, int flags) {
        throw new AssertionError();
    }

    @Override
    public void pauseAccepting() {
        accepting = false;
        noteChange();
    }

    @Override
    public void resumeAccepting() {
        accepting = true;
        noteChange();
    }

    @Override
    public void close() {
        startClose();
    }

    /** Nobody is told of who came early any more, also if it is the transport that is closed. */
    @Override
    void closingBegins() {
        accepting = false;
        while (earlyCount > 0) {
            transport.libc().close(early[--earlyCount]);
        }
    }

    @Override
    void released() {
        events.closed();
    }

    @Override
    public SocketAddress localAddress() {
        return localAddress;
    }
}
