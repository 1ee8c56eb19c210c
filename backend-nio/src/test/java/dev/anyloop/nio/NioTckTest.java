package dev.anyloop.nio;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;

class NioTckTest extends EventLoopTck {

    @Override
    protected EventLoopProvider provider() {
        return new NioEventLoopProvider();
    }
}
