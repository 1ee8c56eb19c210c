package dev.anyloop.nio;

import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.TransportTck;
import java.io.IOException;

class NioTransportTckTest extends TransportTck {

    @Override
    protected Transport open() throws IOException {
        return new NioTransport();
    }
}
