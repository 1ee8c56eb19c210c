package dev.anyloop.uring;

import dev.anyloop.Capability;
import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Capabilities;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One ring. */
final class UringTransport implements Transport {

    static final Set<Capability> CAPABILITIES = Capabilities.here(Capability.UNIX_SOCKETS, Capability.DATAGRAMS, Capability.REUSE_PORT);

    UringTransport(Features features) throws IOException {
        throw new IOException("not built yet: " + features);
    }

    @Override
    public boolean poll(long timeoutNanos) throws IOException {
        return true;
    }

    @Override
    public void wakeup() {}

    @Override
    public Connection connect(
            SocketAddress remote, @Nullable SocketAddress local, SocketOptions options, ConnectionEvents events)
            throws IOException {
        throw new IOException("not built yet");
    }

    @Override
    public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
        throw new IOException("not built yet");
    }

    @Override
    public void close() {}
}
