package dev.anyloop.netty;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;

class NettyIoUringTckTest extends EventLoopTck {

    @Override
    protected EventLoopProvider provider() {
        return new NamedTransport.IoUring();
    }

    @Override
    protected String column() {
        return "netty/io_uring";
    }
}
