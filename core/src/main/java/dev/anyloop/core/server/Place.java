package dev.anyloop.core.server;

import dev.anyloop.ListenOptions;
import dev.anyloop.core.net.Reachable;
import dev.anyloop.core.net.SocketFiles;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** Where a server listens, and what it leaves behind there. */
interface Place {

    Acceptor bind(Transport transport, ListenOptions options, AcceptorEvents events) throws IOException;

    /** It is bound: what is left to do before anybody hears of it. */
    default void settle(ListenOptions options) throws IOException {}

    /** The server is about to be closed. */
    default void leave() {}

    static Place of(SocketAddress address, SocketFiles files) {
        return address instanceof UnixDomainSocketAddress unix ? new PathPlace(unix, files)
                : (transport, options, events) -> bind((InetSocketAddress) address, transport, options, events);
    }

    private static Acceptor bind(
            InetSocketAddress local, Transport transport, ListenOptions options, AcceptorEvents events) throws IOException {
        InetAddress plain = Reachable.local(local.getAddress(), transport.hasIpv6());
        return transport.listen(new InetSocketAddress(plain, local.getPort()), options, events);
    }
}
