package dev.anyloop.libevent;

import dev.anyloop.ErrorKind;
import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One datagram socket, watched for input while it receives, and for output while core waits for room. */
final class LibeventDatagramPort implements DatagramPort, LibeventHandle {

    /** How many datagrams one readiness may bring, so that a flood of them leaves the others their turn (SEAM-017). */
    private static final int MOST_DATAGRAMS = 64;

    // Set once.
    private final LibeventTransport transport;
    private final DatagramEvents events;
    private final int family;
    private final InetSocketAddress localAddress;
    private final Descriptor descriptor;

    // Loop thread.
    private boolean receiving;
    private boolean waiting; // for room

    /** Takes a bound socket over; if this throws, it has not. */
    LibeventDatagramPort(LibeventTransport transport, int fd, int family, DatagramEvents events) throws EngineException {
        this.transport = transport;
        this.events = events;
        this.family = family;
        this.localAddress = transport.sockets().inetAddress(fd);
        this.descriptor = transport.watch(fd, this);
    }

    // ---- events ----

    @Override
    public void ready(int what) {
        if ((what & Libevent.EV_WRITE) != 0 && waiting) {
            waiting = false;
            descriptor.watchOutput(false);
            events.sendable();
        }
        if ((what & Libevent.EV_READ) != 0) {
            receive();
        }
    }

    /** Goes on until an event of this very round has paused or closed it. */
    private void receive() {
        Datagrams datagrams = transport.datagrams();
        int left = MOST_DATAGRAMS;
        while (left > 0 && receiving) {
            int most = Math.min(Datagrams.BATCH, left);
            int count = datagrams.receive(descriptor.fd(), most);
            if (count == -1) {
                int errno = Errno.last();
                if (Errno.isTemporary(errno)) {
                    return;
                }
                events.receiveFailed(Errno.failed("recvmmsg", errno));
                left--;
                continue;
            }
            for (int i = 0; i < count && descriptor.fd() != -1; i++) {
                events.received(datagrams.data(i), datagrams.sender(i));
            }
            if (count < most) {
                return; // there are no more
            }
            left -= count;
        }
    }

    @Override
    public void unwatchable(IOException cause) {
        events.receiveFailed(cause);
    }

    @Override
    public void released() {
        events.closed();
    }

    // ---- from core ----

    @Override
    public boolean send(ByteBuffer data, @Nullable InetSocketAddress to) throws EngineException {
        int fd = openFd();
        int length = data.remaining();
        long bytes = length == 0 ? 0 : addressOf(data);
        long sent = to == null ? Libc.send(fd, bytes, length, Libc.MSG_NOSIGNAL)
                : transport.datagrams().send(fd, family, bytes, length, to);
        if (sent == -1) {
            int errno = Errno.last();
            if (!Errno.isTemporary(errno)) {
                throw Errno.failed("send", errno);
            }
            waiting = true;
            descriptor.watchOutput(true);
        }
        return sent != -1;
    }

    private long addressOf(ByteBuffer data) {
        int position = data.position();
        data.get(position); // throws if the memory segment behind it is closed: a bare address would not tell
        return transport.addressOf(data) + position;
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
        Multicast.join(openFd(), family, group, on, source);
    }

    @Override
    public void leave(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws EngineException {
        Multicast.leave(openFd(), family, group, on, source);
    }

    private int openFd() throws EngineException {
        if (descriptor.fd() == -1) {
            throw new EngineException(ErrorKind.SOCKET_CLOSED, "The datagram socket is closed");
        }
        return descriptor.fd();
    }

    @Override
    public void pauseReceiving() {
        receiving = false;
        descriptor.watchInput(false);
    }

    @Override
    public void resumeReceiving() {
        receiving = true;
        descriptor.watchInput(true);
    }

    @Override
    public void close() {
        receiving = false;
        waiting = false;
        transport.release(this, descriptor);
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }
}
