package dev.anyloop.uring;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;

class UringTckTest extends EventLoopTck {

    @Override
    protected EventLoopProvider provider() {
        return new UringEventLoopProvider();
    }
}
