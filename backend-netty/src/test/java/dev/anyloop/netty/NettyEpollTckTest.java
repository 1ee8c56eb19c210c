package dev.anyloop.netty;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@EnabledIfSystemProperty(
        named = "anyloop.require", matches = ".*\\bnetty\\b.*", disabledReason = "left to the continuous check")
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
