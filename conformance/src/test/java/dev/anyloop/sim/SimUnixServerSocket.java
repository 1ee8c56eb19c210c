package dev.anyloop.sim;

import dev.anyloop.tck.peer.SocketPaths;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;

/** What {@link dev.anyloop.tck.peer.UnixServerSocket} is on this machine. */
final class SimUnixServerSocket extends ServerSocket {

    private final SimWorld world;
    private final SimUnixSocketImpl impl;
    private boolean bound;
    private boolean closed;

    SimUnixServerSocket(SimWorld world) throws IOException {
        this.world = world;
        this.impl = new SimUnixSocketImpl(world);
    }

    @Override
    public void bind(SocketAddress path, int backlog) throws IOException {
        impl.bind(path);
        impl.listen(backlog);
        bound = true;
    }

    @Override
    public Socket accept() throws IOException {
        SimUnixSocketImpl accepted = new SimUnixSocketImpl(world);
        impl.accept(accepted);
        return new SimUnixSocket(world, accepted);
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return impl.local();
    }

    @Override
    public int getLocalPort() {
        return SocketPaths.port(impl.local());
    }

    @Override
    public boolean isBound() {
        return bound;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void setReceiveBufferSize(int bytes) {}

    @Override
    public void close() {
        closed = true;
        impl.close();
    }
}
