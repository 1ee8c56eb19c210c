package com.example.threads;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;

class ThreadsTckTest extends EventLoopTck {
    @Override
    protected EventLoopProvider provider() {
        return new ThreadsEventLoopProvider();
    }
}
