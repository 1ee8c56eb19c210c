package dev.anyloop.libevent;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;

/** Where there is a choice libevent makes it; its environment variables make it for a whole run. */
class LibeventTckTest extends EventLoopTck {

    @Override
    protected EventLoopProvider provider() {
        return new LibeventEventLoopProvider();
    }
}
