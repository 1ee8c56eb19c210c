package dev.anyloop.sim;

import dev.anyloop.core.transport.EngineException;
import dev.anyloop.sim.net.UnixPaths;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** A blocking socket at a path of a simulated host, of which {@link java.net.Socket} knows nothing. */
final class SimUnixSocketImpl extends SimSocketImpl {

    SimUnixSocketImpl(SimWorld world) {
        super(world);
    }

    void bind(SocketAddress path) throws IOException {
        try {
            use(machine().paths().bind((UnixDomainSocketAddress) path));
        } catch (EngineException e) {
            throw notBound(e);
        }
    }

    /** One that blocks waits for room in the backlog. */
    @Override
    protected void connect(SocketAddress remote, int millis) throws IOException {
        UnixDomainSocketAddress path = (UnixDomainSocketAddress) remote;
        await(millis, () -> !machine().paths().isFull(path));
        SocketAddress from = unbind();
        try {
            use(machine().paths().connect(path, from == null ? UnixPaths.UNNAMED : (UnixDomainSocketAddress) from, buffers()));
        } catch (EngineException e) {
            throw notConnected(e);
        }
    }
}
