package com.example.threads;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;
import dev.anyloop.tck.Limits;

class ThreadsTckTest extends EventLoopTck {
    @Override
    protected EventLoopProvider provider() {
        return new ThreadsEventLoopProvider();
    }

    /** More than a thousand connections with a thread for each take a busy machine longer to start than others to serve. */
    @Override
    protected Limits limits() {
        Limits usual = Limits.defaults();
        return new Limits(usual.mustHappen().multipliedBy(3), usual.mustNotHappen());
    }
}
