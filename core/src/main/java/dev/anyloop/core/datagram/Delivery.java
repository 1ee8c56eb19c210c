package dev.anyloop.core.datagram;

import dev.anyloop.ReceiveCallback;
import dev.anyloop.core.turn.Callback;
import dev.anyloop.core.turn.Debug;
import dev.anyloop.core.turn.Loop;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The receive callback that is running: one for all datagram sockets of a loop, since callbacks do not nest (ORDER-002). So a
 * datagram makes no object but its view.
 */
final class Delivery implements Callback {

    // set once
    private final Loop loop;
    // loop thread: while it runs
    private @Nullable CoreDatagramSocket socket;
    private @Nullable ReceiveCallback onReceive;
    private @Nullable InetSocketAddress sender;
    private @Nullable ByteBuffer view;

    Delivery(Loop loop) {
        this.loop = loop;
    }

    void deliver(CoreDatagramSocket to, ReceiveCallback callback, InetSocketAddress from, ByteBuffer data) {
        ByteBuffer lent = Debug.ON ? Debug.copy(data) : data.slice();
        socket = to;
        onReceive = callback;
        sender = from;
        view = lent;
        loop.call("onReceive", to, this);
        socket = null;
        onReceive = null;
        sender = null;
        view = null;
        if (Debug.ON) {
            Debug.scrub(lent);
        }
        lent.limit(0); // a kept reference fails at once instead of showing another datagram (DGRAM-002)
    }

    @Override
    public void run() throws Exception {
        Objects.requireNonNull(onReceive).received(
                Objects.requireNonNull(socket), Objects.requireNonNull(sender), Objects.requireNonNull(view));
    }
}
