package dev.anyloop.libevent;

import dev.anyloop.Operation;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.net.SocketAddress;

/** One listening socket, watched for input while it accepts. */
final class LibeventAcceptor implements Acceptor, LibeventHandle {

    /** How many connections one readiness may bring, so that a storm of them leaves the others their turn. */
    private static final int MAX_ACCEPTS = 64;

    // Set once.
    private final LibeventTransport transport;
    private final int family;
    private final SocketOptions options;
    private final AcceptorEvents events;
    private final SocketAddress localAddress;
    private final Descriptor descriptor;

    // Loop thread.
    private boolean accepting;

    /** Takes a listening socket over; if this throws, it has not. */
    LibeventAcceptor(LibeventTransport transport, int fd, int family, SocketOptions options, AcceptorEvents events)
            throws EngineException {
        this.transport = transport;
        this.family = family;
        this.options = options;
        this.events = events;
        this.localAddress = transport.sockets().localAddress(fd);
        this.descriptor = transport.watch(fd, this);
        resumeAccepting();
    }

    /** Goes on until an event of this very round has paused or closed it. */
    @Override
    public void ready(int what) {
        for (int accepts = 0; accepts < MAX_ACCEPTS && accepting; accepts++) {
            int fd = transport.sockets().accept(descriptor.fd());
            if (fd != -1) {
                introduce(fd);
                continue;
            }
            int errno = Errno.last();
            if (Errno.isTemporary(errno)) {
                return;
            }
            events.acceptFailed(Errno.failed("accept4", errno)); // then core has paused it, or the next one is accepted
        }
    }

    /** Until core has it the descriptor is ours to close, whatever happens: this one connection pays. */
    private void introduce(int fd) {
        LibeventConnection connection = null;
        try {
            SocketAddress peer = transport.sockets().accepted(); // before the next call
            if (family == Libc.AF_UNIX) {
                transport.sockets().configure(fd, family, options);
            }
            connection = new LibeventConnection(transport, fd, peer);
            connection.tell(events.accepted(connection));
        } catch (EngineException e) {
            Libc.close(fd); // its peer is gone already
        } catch (Throwable e) { // there is no memory for it, or no stack
            if (connection == null) {
                Libc.close(fd);
            } else {
                connection.abandon();
            }
            events.acceptFailed(new EngineException(Operation.ACCEPT, e));
        }
    }

    @Override
    public void unwatchable(IOException cause) {
        events.acceptFailed(cause);
    }

    @Override
    public void pauseAccepting() {
        accepting = false;
        descriptor.watchInput(false);
    }

    @Override
    public void resumeAccepting() {
        accepting = true;
        descriptor.watchInput(true);
    }

    @Override
    public void close() {
        accepting = false;
        transport.release(this, descriptor);
    }

    @Override
    public void released() {
        events.closed();
    }

    @Override
    public SocketAddress localAddress() {
        return localAddress;
    }
}
