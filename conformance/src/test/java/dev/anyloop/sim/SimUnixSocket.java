package dev.anyloop.sim;

import dev.anyloop.tck.peer.PathSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOptions;

/** What {@link dev.anyloop.tck.peer.UnixSocket} is on this machine. */
final class SimUnixSocket extends PathSocket {

    private final SimWorld world;
    private final SimUnixSocketImpl impl;
    private boolean bound;
    private boolean connected;
    private boolean closed;

    SimUnixSocket(SimWorld world) {
        this.world = world;
        this.impl = new SimUnixSocketImpl(world);
    }

    /** Whoever has accepted it, has set it up. */
    SimUnixSocket(SimWorld world, SimUnixSocketImpl accepted) {
        this.world = world;
        this.impl = accepted;
        this.connected = true;
    }

    @Override
    public void bind(SocketAddress path) throws IOException {
        impl.bind(path);
        bound = true;
    }

    @Override
    public void connect(SocketAddress path) throws IOException {
        connect(path, 0);
    }

    @Override
    public void connect(SocketAddress path, int millis) throws IOException {
        impl.connect(path, millis);
        connected = true;
    }

    @Override
    public InputStream getInputStream() {
        return impl.getInputStream();
    }

    @Override
    public OutputStream getOutputStream() {
        return impl.getOutputStream();
    }

    @Override
    public void shutdownInput() throws IOException {
        impl.shutdownInput();
        super.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        impl.shutdownOutput();
        super.shutdownOutput();
    }

    @Override
    public void close() {
        closed = true;
        impl.close();
        SimSocketImpl.arrive(world);
    }

    // ---- state ----

    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public boolean isBound() {
        return bound || connected;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        try {
            return impl.end().remote();
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return impl.local();
    }

    // ---- options ----

    @Override
    public void setSendBufferSize(int bytes) {
        impl.setOption(SocketOptions.SO_SNDBUF, bytes);
    }

    @Override
    public void setSoTimeout(int millis) {
        impl.setOption(SocketOptions.SO_TIMEOUT, millis);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return (Integer) impl.getOption(SocketOptions.SO_TIMEOUT);
    }
}
