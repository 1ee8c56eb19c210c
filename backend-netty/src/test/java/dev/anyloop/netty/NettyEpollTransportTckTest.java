package dev.anyloop.netty;

import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.TransportTck;

class NettyEpollTransportTckTest extends TransportTck {

    @Override
    protected Transport open() {
        return new NettyTransport(EngineKind.named("epoll").newEngine());
    }

    @Override
    protected String column() {
        return "netty/epoll";
    }
}
