package dev.anyloop.uring;

import dev.anyloop.DatagramOptions;
import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import dev.anyloop.core.transport.EngineException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Opens the sockets that core asks for, by system calls: whatever fails then is known at once, and nothing is left open. */
final class Opening {

    // set once
    private final UringTransport transport;
    private final Libc libc;
    private final Sockets sockets;
    private final Datagrams datagrams;

    Opening(UringTransport transport) {
        this.transport = transport;
        this.libc = transport.libc();
        this.sockets = transport.sockets();
        this.datagrams = transport.datagrams();
    }

    Connection connect(SocketAddress remote, @Nullable SocketAddress local, SocketOptions options, ConnectionEvents events)
            throws EngineException {
        SocketAddress peer = Sockets.usable(remote);
        int family = Sockets.family(peer);
        int fd = sockets.open(family, Sockets.SOCK_STREAM);
        try {
            sockets.configure(fd, family, options);
            if (local != null) {
                sockets.set(fd, Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR, options.reuseAddress() ? 1 : 0);
                sockets.bind(fd, family, Sockets.usable(local));
            }
            sockets.connect(fd, family, peer);
            return new UringConnection(transport, fd, sockets.localAddress(fd), peer).connecting(events);
        } catch (Throwable e) {
            libc.close(fd);
            throw e;
        }
    }

    Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws EngineException {
        SocketAddress address = Sockets.usable(local);
        int family = Sockets.family(address);
        int fd = sockets.open(family, Sockets.SOCK_STREAM);
        try {
            sockets.configure(fd, family, options.socket());
            sockets.set(fd, Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR, 1); // means nothing at a path
            if (options.reusePort()) {
                sockets.set(fd, Sockets.SOL_SOCKET, Sockets.SO_REUSEPORT, 1);
            }
            sockets.setFamilies(fd, address);
            sockets.bind(fd, family, address);
            Errno.check("listen", libc.call(Libc.LISTEN, fd, options.backlog(), 0));
            return new UringAcceptor(transport, fd, family, sockets.localAddress(fd), options.socket(), events);
        } catch (Throwable e) {
            libc.close(fd);
            throw e;
        }
    }

    DatagramPort datagram(InetSocketAddress local, DatagramOptions options, DatagramEvents events) throws EngineException {
        int family = Sockets.family(local);
        int fd = sockets.open(family, Sockets.SOCK_DGRAM);
        try {
            datagrams.configure(fd, family, options);
            sockets.setFamilies(fd, local);
            sockets.bind(fd, family, local);
            return new UringDatagramPort(transport, fd, family, (InetSocketAddress) sockets.localAddress(fd), events);
        } catch (Throwable e) {
            libc.close(fd);
            throw e;
        }
    }
}
