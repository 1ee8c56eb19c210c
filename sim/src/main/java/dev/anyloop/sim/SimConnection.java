package dev.anyloop.sim;

import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.sim.net.SocketEnd;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One end of a simulated connection as the seam wants it. */
final class SimConnection extends SimHandle implements Connection {

    // set once; the events by reportTo
    private final SocketEnd end;
    private ConnectionEvents events;
    // simulation's thread
    private boolean connecting;
    private boolean reading;
    private boolean ended;
    private boolean failed;
    private @Nullable ByteBuffer lent;

    /** Connecting. */
    SimConnection(SimTransport transport, SocketEnd end, ConnectionEvents events) {
        this(transport, end);
        this.events = events;
        this.connecting = true;
    }

    /** Accepted; {@link #reportTo} follows. */
    SimConnection(SimTransport transport, SocketEnd end) {
        super(transport);
        this.end = end;
        end.onChange(() -> transport.mayBeReady(this));
    }

    void reportTo(ConnectionEvents whom) {
        events = whom;
    }

    // ---- events ----

    @Override
    boolean hasNews() {
        return !failed && (connecting ? !end.isConnecting() : isOutputReady() || isInputReady());
    }

    private boolean isOutputReady() {
        return lent != null && end.isWritable();
    }

    /** A reset is told even to one that does not read, once the peer has ended (SEAM-013). */
    private boolean isInputReady() {
        return reading && (end.readable() > 0 || (end.isAtEnd() && !ended))
                || (reading || ended) && end.readable() == 0 && end.failure() != null;
    }

    /** Any event may make core pause or close this connection, so each is followed by another look. */
    @Override
    void tellNews(boolean inPieces) {
        if (connecting) {
            tellConnected();
        } else {
            if (isInputReady()) {
                tellInput(inPieces);
            }
            if (!isClosing() && !failed && isOutputReady()) {
                tellOutput();
            }
        }
    }

    private void tellConnected() {
        IOException failure = end.failure();
        if (failure == null) {
            connecting = false;
            events.connected();
        } else {
            failed = true;
            events.failed(failure);
        }
    }

    private void tellInput(boolean inPieces) {
        if (end.readable() > 0) {
            int all = Math.min(end.readable(), SimTransport.MOST_READ);
            int first = inPieces && !end.isLocal() ? transport.drawChunk(all) : all;
            tellReceived(first);
            if (first < all && reading && !isClosing()) {
                tellReceived(all - first);
            }
        } else if (end.failure() != null) {
            failed = true;
            lent = null;
            events.failed(end.failure());
        } else {
            ended = true;
            events.inputEnded();
        }
    }

    private void tellReceived(int count) {
        ByteBuffer buffer = transport.readBuffer(count);
        end.read(buffer, count);
        events.received(buffer.flip());
    }

    private void tellOutput() {
        ByteBuffer rest = lent;
        try {
            int count = end.write(rest);
            lent = rest.hasRemaining() ? rest : null;
            events.written(count);
        } catch (IOException e) {
            lent = null;
            events.outputFailed(e);
        }
    }

    @Override
    void tellClosed() {
        events.closed();
    }

    // ---- from core ----

    @Override
    public int write(ByteBuffer buffer) throws IOException {
        int count = end.write(buffer);
        lent = buffer.hasRemaining() ? buffer : null;
        return count;
    }

    @Override
    public int offer(ByteBuffer bytes) throws IOException {
        return end.write(bytes);
    }

    @Override
    public void pauseReading() {
        reading = false;
    }

    @Override
    public void resumeReading() {
        reading = true;
        transport.mayBeReady(this);
    }

    @Override
    public void shutdownOutput() {
        end.end();
    }

    @Override
    void drop() {
        lent = null;
        end.close();
    }

    @Override
    public SocketAddress localAddress() {
        return end.local();
    }

    @Override
    public SocketAddress remoteAddress() {
        return end.remote();
    }
}
