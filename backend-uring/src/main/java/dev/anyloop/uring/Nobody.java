package dev.anyloop.uring;

import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Who hears of a connection that core had no memory for, while it is released. */
final class Nobody implements ConnectionEvents {

    @Override
    public void connected() {}

    @Override
    public void received(ByteBuffer bytes) {}

    @Override
    public void inputEnded() {}

    @Override
    public void written(int count) {}

    @Override
    public void outputFailed(IOException cause) {}

    @Override
    public void failed(IOException cause) {}

    @Override
    public void closed() {}
}
