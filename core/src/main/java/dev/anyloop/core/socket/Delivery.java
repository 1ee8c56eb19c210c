package dev.anyloop.core.socket;

import dev.anyloop.ReadCallback;
import dev.anyloop.core.turn.Callback;
import dev.anyloop.core.turn.Debug;
import dev.anyloop.core.turn.Loop;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The read callback that is running: one for all sockets of a loop, since callbacks do not nest (ORDER-002). So a chunk of
 * data makes no object but its view.
 */
final class Delivery implements Callback {

    // set once
    private final Loop loop;
    // loop thread: while it runs
    private @Nullable Link link;
    private @Nullable ReadCallback onRead;
    private @Nullable ByteBuffer view;

    Delivery(Loop loop) {
        this.loop = loop;
    }

    /** Tells whether something was left in the view. */
    boolean deliver(Link to, ReadCallback callback, ByteBuffer bytes) {
        ByteBuffer lent = Debug.ON ? Debug.copy(bytes) : bytes.slice();
        link = to;
        onRead = callback;
        view = lent;
        loop.call("onRead", to.socket(), this);
        link = null;
        onRead = null;
        view = null;
        boolean left = lent.hasRemaining();
        if (Debug.ON) {
            Debug.scrub(lent);
        }
        lent.limit(0); // a kept reference fails at once instead of showing other bytes (READ-002)
        return left;
    }

    @Override
    public void run() throws Exception {
        Objects.requireNonNull(onRead).read(Objects.requireNonNull(link).socket(), Objects.requireNonNull(view));
    }

    /** Whether the read callback of this very socket is running. */
    boolean isTo(Link other) {
        return link == other;
    }
}
