package dev.anyloop.libevent;

import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.TransportTck;
import java.io.IOException;

class EpollTransportTckTest extends TransportTck {

    @Override
    protected Transport open() throws IOException {
        Need.libevent();
        return LibeventTransport.open(KernelMethod.EPOLL);
    }

    @Override
    protected String column() {
        return "libevent/epoll";
    }
}
