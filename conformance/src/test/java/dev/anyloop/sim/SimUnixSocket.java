package dev.anyloop.sim;

import dev.anyloop.tck.peer.SocketPaths;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * What {@link dev.anyloop.tck.peer.UnixSocket} is on this machine: {@link Socket} itself takes internet addresses only, so that
 * whatever depends on having one is made anew.
 */
final class SimUnixSocket extends Socket {

    private final SimWorld world;
    private final SimUnixSocketImpl impl;
    private boolean bound;
    private boolean connected;
    private boolean outputShut;
    private boolean inputShut;
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
    public void shutdownInput() {
        impl.shutdownInput();
        inputShut = true;
    }

    @Override
    public void shutdownOutput() throws IOException {
        impl.shutdownOutput();
        outputShut = true;
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
    public boolean isInputShutdown() {
        return inputShut;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShut;
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        return null;
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

    @Override
    public int getPort() {
        return SocketPaths.port(getRemoteSocketAddress());
    }

    @Override
    public int getLocalPort() {
        return SocketPaths.port(getLocalSocketAddress());
    }

    // ---- options ----

    @Override
    public void setSendBufferSize(int bytes) {
        impl.setOption(SocketOptions.SO_SNDBUF, bytes);
    }

    @Override
    public void setReceiveBufferSize(int bytes) {}

    @Override
    public void setSoTimeout(int millis) {
        impl.setOption(SocketOptions.SO_TIMEOUT, millis);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return (Integer) impl.getOption(SocketOptions.SO_TIMEOUT);
    }

    @Override
    public void setTcpNoDelay(boolean on) {}

    /** Who closes resets the connection if something was not read, whatever is set here. */
    @Override
    public void setSoLinger(boolean on, int seconds) {}

    @Override
    public void sendUrgentData(int data) {
        throw new UnsupportedOperationException("urgent data");
    }
}
