package com.example.threads;

import dev.anyloop.Operation;
import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One read at a time. It cannot be called back, so what it brings to a connection that is paused is kept. */
final class Reader {

    private static final int CHUNK = 16 * 1024;
    private static final int END = -1;

    // set once
    private final ThreadsConnection connection;
    private final SocketChannel channel;
    private final byte[] chunk = new byte[CHUNK]; // of this connection alone: all of them read at the same time

    // loop thread
    private boolean connected;
    private boolean reading;
    private boolean telling;
    private boolean over;
    private @Nullable Runnable kept;

    Reader(ThreadsConnection connection, SocketChannel channel) {
        this.connection = connection;
        this.channel = channel;
    }

    /** May be asked to read before; there is nothing to read from until now. */
    void connected() {
        connected = true;
        read();
    }

    void pause() {
        reading = false;
    }

    void resume() {
        reading = true;
        if (kept == null) {
            read();
        } else {
            connection.transport.tellInPoll(this::tell);
        }
    }

    boolean isUnderWay() {
        return connection.transport.waiting().contains(this);
    }

    /** Bytes have arrived, and the thread that waits for them has not run yet. */
    boolean isLate() {
        try {
            return !connection.isClosed() && channel.socket().getInputStream().available() > 0;
        } catch (IOException e) {
            return true; // and it will meet the same
        }
    }

    private void read() {
        if (!connected || !reading || telling || isUnderWay() || over || connection.isClosed()) {
            return; // while it is being told, the chunk is lent
        }
        connection.transport.waiting().add(this);
        connection.begin();
        connection.transport.operations().input(this::readWithin);
    }

    /** On a thread of its own. */
    private Runnable readWithin(int millis) throws SocketTimeoutException {
        try {
            channel.socket().setSoTimeout(millis);
            int count = channel.socket().getInputStream().read(chunk);
            if (count == END) {
                connection.awaitWrite(); // if it has met a reset, this is no end
                return () -> brought(this::tellEnd);
            }
            return () -> brought(() -> connection.events().received(ByteBuffer.wrap(chunk, 0, count)));
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return () -> brought(() -> tellFailure(e));
        } catch (OutOfMemoryError e) { // for the JDK's own buffer: this connection pays (RES-008)
            EngineException failure = new EngineException(Operation.READ, e);
            return () -> brought(() -> tellFailure(failure));
        }
    }

    private void brought(Runnable event) {
        connection.end();
        connection.transport.hasRead(this);
        kept = event;
        tell();
        connection.tellOutputFailure();
    }

    private void tell() {
        Runnable event = kept;
        if (event != null && reading && !connection.isClosed()) {
            kept = null;
            telling = true;
            try {
                event.run();
            } finally {
                telling = false;
            }
            read();
        }
    }

    private void tellEnd() {
        over = true;
        connection.tellResetOfOutput();
        if (!connection.isClosed()) {
            connection.transport.halfOpen().add(connection);
            connection.events().inputEnded();
        }
    }

    private void tellFailure(IOException cause) {
        over = true;
        connection.fail(cause);
    }
}
