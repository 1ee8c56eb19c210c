package dev.anyloop.uring;

import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.TransportTck;
import java.io.IOException;

class UringTransportTckTest extends TransportTck {

    @Override
    protected Transport open() throws IOException {
        return new UringTransport(Features.probed());
    }
}
