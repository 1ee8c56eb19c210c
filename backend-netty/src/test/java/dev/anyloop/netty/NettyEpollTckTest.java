package dev.anyloop.netty;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;

class NettyEpollTckTest extends EventLoopTck {

    @Override
    protected EventLoopProvider provider() {
        return new NamedTransport.Epoll();
    }

    @Override
    protected String column() {
        return "netty/epoll";
    }
}
