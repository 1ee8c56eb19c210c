package dev.anyloop.adapters;

import dev.anyloop.Socket;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What a socket sends, an element at a time. */
final class SocketSubscriber implements Flow.Subscriber<ByteBuffer> {

    // set once
    private final Socket socket;
    // any thread
    private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();
    private final AtomicInteger onTheWay = new AtomicInteger(); // to the loop, in tasks
    private volatile boolean closed;
    // loop thread
    private boolean full;

    SocketSubscriber(Socket socket) {
        this.socket = socket;
    }

    // ---- any thread, one signal after the other ----

    @Override
    public void onSubscribe(Flow.Subscription to) {
        Objects.requireNonNull(to, "subscription");
        if (!subscription.compareAndSet(null, to) || closed) {
            to.cancel();
        } else {
            to.request(1);
        }
    }

    @Override
    public void onNext(ByteBuffer element) {
        Objects.requireNonNull(element, "element");
        if (isDirect()) {
            write(element);
        } else {
            ByteBuffer copy = ByteBuffer.allocate(element.remaining()).put(element).flip();
            onLoop(() -> write(copy));
        }
    }

    @Override
    public void onError(Throwable error) {
        Objects.requireNonNull(error, "error");
        finish(socket::abort);
    }

    @Override
    public void onComplete() {
        finish(socket::end);
    }

    private void finish(Runnable how) {
        if (isDirect()) {
            how.run();
        } else {
            onLoop(how);
        }
    }

    /** Or the end, on this thread, would overtake an element that another has sent off. */
    private boolean isDirect() {
        return socket.loop().inLoop() && onTheWay.get() == 0;
    }

    private void onLoop(Runnable task) {
        onTheWay.incrementAndGet();
        Closed.executeUnless(socket.loop(), () -> { // that the socket is closed has cancelled the subscription
            onTheWay.decrementAndGet();
            task.run();
        });
    }

    // ---- loop thread ----

    private void write(ByteBuffer element) {
        if (socket.write(element)) {
            subscription.get().request(1);
        } else {
            full = true;
        }
    }

    void drained() {
        if (full) {
            full = false;
            subscription.get().request(1);
        }
    }

    void closed() {
        closed = true;
        Flow.Subscription from = subscription.get();
        if (from != null) {
            from.cancel();
        }
    }
}
