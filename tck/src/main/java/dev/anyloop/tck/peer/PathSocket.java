package dev.anyloop.tck.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/**
 * A blocking socket at a path: {@link Socket} itself takes internet addresses only, so whatever depends on having one is made
 * anew. Its ports are those of {@link SocketPaths}. What a path does not have, such as urgent data, is not supported; and what
 * means nothing there, such as the delay of small writes, is ignored.
 */
public abstract class PathSocket extends Socket {

    private boolean inputShut;
    private boolean outputShut;

    /** Connected to nobody. */
    protected PathSocket() {}

    @Override
    public void shutdownInput() throws IOException {
        inputShut = true;
    }

    @Override
    public void shutdownOutput() throws IOException {
        outputShut = true;
    }

    @Override
    public final boolean isInputShutdown() {
        return inputShut;
    }

    @Override
    public final boolean isOutputShutdown() {
        return outputShut;
    }

    @Override
    public final @Nullable InetAddress getInetAddress() {
        return null;
    }

    @Override
    public final int getPort() {
        return SocketPaths.port(getRemoteSocketAddress());
    }

    @Override
    public final int getLocalPort() {
        return SocketPaths.port(getLocalSocketAddress());
    }

    @Override
    public final void setReceiveBufferSize(int bytes) {}

    @Override
    public final void setTcpNoDelay(boolean on) {}

    /** Who closes resets the connection if something was not read, whatever is set here. */
    @Override
    public final void setSoLinger(boolean on, int seconds) {}

    @Override
    public final void sendUrgentData(int data) {
        throw new UnsupportedOperationException("urgent data");
    }
}
