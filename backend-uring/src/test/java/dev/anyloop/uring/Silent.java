package dev.anyloop.uring;

import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Listens to a connection and counts. */
class Silent implements ConnectionEvents {

    boolean connected;
    boolean closed;
    int received;
    int written;

    @Override
    public void connected() {
        connected = true;
    }

    @Override
    public void received(ByteBuffer bytes) {
        received += bytes.remaining();
    }

    @Override
    public void inputEnded() {}

    @Override
    public void written(int count) {
        written += count;
    }

    @Override
    public void outputFailed(IOException cause) {}

    @Override
    public void failed(IOException cause) {}

    @Override
    public void closed() {
        closed = true;
    }
}
