package com.example.threads;

import java.nio.channels.NetworkChannel;

/** A channel and its operations. The descriptor of a channel that is closed lives on until the last of them has returned. */
abstract class Handle {

    final ThreadsTransport transport;

    private final NetworkChannel channel;

    // loop thread
    private int operations;
    private boolean closed;

    Handle(ThreadsTransport transport, NetworkChannel channel) {
        this.transport = transport;
        this.channel = channel;
    }

    final void begin() {
        operations++;
    }

    final void end() {
        operations--;
    }

    final boolean isIdle() {
        return operations == 0;
    }

    final boolean isClosed() {
        return closed;
    }

    public final void close() {
        closed = true;
        transport.release(this);
        closeChannel();
    }

    /** Ends whatever operation waits. */
    void closeChannel() {
        transport.channels().close(channel);
    }

    /** The descriptor is gone. */
    abstract void released();
}
