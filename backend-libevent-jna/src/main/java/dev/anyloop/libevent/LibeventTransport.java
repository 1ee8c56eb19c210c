package dev.anyloop.libevent;

import dev.anyloop.Capability;
import dev.anyloop.DatagramOptions;
import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Capabilities;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import dev.anyloop.core.transport.Fifo;
import dev.anyloop.core.transport.HalfOpen;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One event base, and what all of its sockets read into. */
final class LibeventTransport implements Transport {

    static final Set<Capability> CAPABILITIES = Capabilities.here(Capability.UNIX_SOCKETS, Capability.DATAGRAMS, Capability.REUSE_PORT);

    // Set once; the base last, because it would stay open if there were no memory for a buffer.
    private final Sockets sockets = new Sockets();
    private ByteBuffer readBuffer = ByteBuffer.allocateDirect(64 * 1024); // until it is closed
    private final long readAddress = Libc.addressOf(readBuffer);
    private final EventBase base;

    // Loop thread.
    private WeakReference<@Nullable ByteBuffer> lastSent = new WeakReference<>(null);
    private long lastSentAddress;
    private final Fifo<LibeventHandle> releasing = new Fifo<>();
    private final HalfOpen<LibeventConnection> halfOpen = new HalfOpen<>();
    private @Nullable Datagrams datagrams; // from the first socket on
    private boolean closed;

    private LibeventTransport(@Nullable KernelMethod method) throws IOException {
        base = new EventBase(method);
    }

    /**
     * Opens a transport.
     *
     * @param method how it waits, or null for libevent's choice
     * @throws dev.anyloop.BackendUnavailableException if there is no libevent
     * @throws IOException if no event base can be opened
     */
    static LibeventTransport open(@Nullable KernelMethod method) throws IOException {
        LibeventLibrary.require();
        Linkage.acquire();
        try {
            return new LibeventTransport(method);
        } catch (Throwable e) {
            Linkage.release();
            throw e;
        }
    }

    @Override
    public boolean poll(long timeoutNanos) throws IOException {
        boolean quiet = base.applyChanges();
        base.await(quiet && releasing.isEmpty() ? halfOpen.limit(timeoutNanos) : 0);
        boolean complete = base.deliver();
        halfOpen.due().forEach(LibeventConnection::lookForReset);
        for (int released = releasing.size(); released > 0; released--) { // and not those these events release
            Objects.requireNonNull(releasing.poll()).released();
        }
        return complete;
    }

    @Override
    public void wakeup() {
        base.wakeup();
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public Connection connect(
            SocketAddress remote, @Nullable SocketAddress local, SocketOptions options, ConnectionEvents events)
            throws IOException {
        SocketAddress peer = Sockets.usable(remote);
        int family = Sockets.family(peer);
        int fd = sockets.open(family, Libc.SOCK_STREAM);
        try {
            sockets.configure(fd, family, options);
            if (local != null) {
                sockets.set(fd, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, options.reuseAddress() ? 1 : 0);
                sockets.bind(fd, family, Sockets.usable(local));
            }
            sockets.connect(fd, family, peer);
            LibeventConnection connection = new LibeventConnection(this, fd, peer);
            connection.connecting(events);
            return connection;
        } catch (Throwable e) {
            base.abandon(fd);
            throw e;
        }
    }

    @Override
    public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
        SocketAddress address = Sockets.usable(local);
        int family = Sockets.family(address);
        int fd = sockets.open(family, Libc.SOCK_STREAM);
        try {
            sockets.configure(fd, family, options.socket());
            sockets.set(fd, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, 1); // means nothing at a path
            if (options.reusePort()) {
                sockets.set(fd, Libc.SOL_SOCKET, Libc.SO_REUSEPORT, 1);
            }
            sockets.setFamilies(fd, address);
            sockets.bind(fd, family, address);
            if (Libc.listen(fd, options.backlog()) == -1) {
                throw Errno.failed("listen");
            }
            return new LibeventAcceptor(this, fd, family, options.socket(), events);
        } catch (Throwable e) {
            base.abandon(fd);
            throw e;
        }
    }

    @Override
    public DatagramPort datagram(InetSocketAddress local, DatagramOptions options, DatagramEvents events) throws IOException {
        if (datagrams == null) {
            datagrams = new Datagrams();
        }
        int family = Sockets.family(local);
        int fd = sockets.open(family, Libc.SOCK_DGRAM);
        try {
            sockets.configure(fd, family, options);
            sockets.setFamilies(fd, local);
            sockets.bind(fd, family, local);
            return new LibeventDatagramPort(this, fd, family, events);
        } catch (Throwable e) {
            base.abandon(fd);
            throw e;
        }
    }

    Descriptor watch(int fd, LibeventHandle handle) {
        releasing.makeRoom(releasing.size() + fd + 1); // for all that can be open, so that no release can fail
        return base.add(fd, handle);
    }

    /** Closes the descriptor and tells its handle in the next poll. */
    void release(LibeventHandle handle, Descriptor descriptor) {
        if (descriptor.fd() != -1) {
            descriptor.close();
            releasing.add(handle);
        }
    }

    Sockets sockets() {
        return sockets;
    }

    /** Of the datagram sockets, of which there is one at least. */
    Datagrams datagrams() {
        return Objects.requireNonNull(datagrams);
    }

    HalfOpen<LibeventConnection> halfOpen() {
        return halfOpen;
    }

    /** Where a connection puts what it reads, until it has told core. */
    ByteBuffer readBuffer() {
        return readBuffer;
    }

    long readAddress() {
        return readAddress;
    }

    /** Of what is to be sent, mostly the same buffer again: to ask for an address is a native call and an object. */
    long addressOf(ByteBuffer sent) {
        if (!lastSent.refersTo(sent)) {
            lastSentAddress = Libc.addressOf(sent);
            lastSent = new WeakReference<>(sent);
        }
        return lastSentAddress;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            base.close();
            Linkage.release();
            datagrams = null;
            readBuffer = ByteBuffer.allocate(0); // whoever keeps a closed loop keeps no more (RES-007)
        }
    }
}
