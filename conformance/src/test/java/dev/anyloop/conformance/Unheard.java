package dev.anyloop.conformance;

import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The events of a connection that nobody is told. */
final class Unheard implements ConnectionEvents {

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
