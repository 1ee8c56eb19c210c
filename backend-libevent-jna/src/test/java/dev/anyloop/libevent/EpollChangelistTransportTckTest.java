package dev.anyloop.libevent;

import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.TransportTck;
import java.io.IOException;

class EpollChangelistTransportTckTest extends TransportTck {

    @Override
    protected Transport open() throws IOException {
        Need.libevent();
        return LibeventTransport.open(KernelMethod.EPOLL_CHANGELIST);
    }

    @Override
    protected String column() {
        return "libevent/epoll-changelist";
    }
}
