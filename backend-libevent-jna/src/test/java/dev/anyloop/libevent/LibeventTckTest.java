package dev.anyloop.libevent;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;

/** Where there is a choice libevent makes it; its environment variables make it for a whole run. */
class LibeventTckTest extends EventLoopTck {

    @Override
    protected EventLoopProvider provider() {
        return new LibeventEventLoopProvider();
    }

    /** The kernel method stands at the end of the provider's detail. */
    @Override
    protected String column() {
        String detail = provider().availability().detail();
        String last = detail.substring(detail.lastIndexOf(", ") + 2);
        return "libevent/" + (last.contains("changelist") ? "epoll-changelist" : last);
    }
}
