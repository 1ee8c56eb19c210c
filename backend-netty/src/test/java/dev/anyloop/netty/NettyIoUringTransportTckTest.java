package dev.anyloop.netty;

import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.TransportTck;

class NettyIoUringTransportTckTest extends TransportTck {

    @Override
    protected Transport open() {
        return new NettyTransport(EngineKind.named("io_uring").newEngine());
    }

    @Override
    protected String column() {
        return "netty/io_uring";
    }
}
