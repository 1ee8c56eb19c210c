package dev.anyloop.netty;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;

class NettyNioTckTest extends EventLoopTck {

    @Override
    protected EventLoopProvider provider() {
        return new NamedTransport.Nio();
    }

    @Override
    protected String column() {
        return "netty/nio";
    }
}
