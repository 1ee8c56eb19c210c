package dev.anyloop.netty;

import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.TransportTck;

class NettyNioTransportTckTest extends TransportTck {

    @Override
    protected Transport open() {
        return new NettyTransport(EngineKind.named("nio").newEngine());
    }

    @Override
    protected String column() {
        return "netty/nio";
    }
}
