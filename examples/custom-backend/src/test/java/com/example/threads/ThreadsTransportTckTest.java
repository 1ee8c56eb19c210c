package com.example.threads;

import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.TransportTck;

class ThreadsTransportTckTest extends TransportTck {
    @Override
    protected Transport open() {
        return new ThreadsTransport();
    }
}
