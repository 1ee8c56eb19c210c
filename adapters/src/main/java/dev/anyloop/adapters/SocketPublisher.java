package dev.anyloop.adapters;

import dev.anyloop.NetworkException;
import dev.anyloop.Socket;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What a socket receives, and the one subscription to it. Signals are sent by one thread at a time: that of the loop, until the socket is
 * closed and its loop perhaps gone, then whoever requests.
 */
final class SocketPublisher implements Flow.Publisher<ByteBuffer>, Flow.Subscription {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private static final Flow.Subscription REFUSED = new Flow.Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    };

    // set once
    private final Socket socket;
    private final int longest;
    // any thread
    private final AtomicBoolean taken = new AtomicBoolean();
    private final AtomicLong demand = new AtomicLong();
    private final AtomicInteger toSignal = new AtomicInteger();
    private volatile @Nullable Thread signalling;
    private volatile boolean subscribed; // and told so
    private volatile boolean cancelled;
    private volatile boolean closed;
    private volatile @Nullable IllegalArgumentException misuse;
    private volatile Flow.@Nullable Subscriber<? super ByteBuffer> subscriber; // none if cancelled, and when all is over
    // loop thread, and once the socket is closed whoever signals
    private ByteBuffer held = NOTHING;
    private boolean ended;
    private @Nullable NetworkException failure;
    private boolean over;

    SocketPublisher(Socket socket, int longest) {
        this.socket = socket;
        this.longest = longest;
    }

    // ---- any thread ----

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> other) {
        Objects.requireNonNull(other, "subscriber");
        if (!taken.compareAndSet(false, true)) {
            other.onSubscribe(REFUSED);
            other.onError(new IllegalStateException("a socket has one subscriber; its bytes come once"));
            return;
        }
        subscriber = other;
        try {
            other.onSubscribe(this);
        } catch (RuntimeException | Error e) { // nobody else may subscribe now
            subscriber = null;
            onLoop(this::abort);
            throw e;
        }
        subscribed = true;
        signalSoon();
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            misuse = new IllegalArgumentException("requests are positive (Reactive Streams 3.9), not " + n);
        } else {
            demand.accumulateAndGet(n, (old, more) -> old + more < 0 ? Long.MAX_VALUE : old + more);
        }
        signalSoon();
    }

    @Override
    public void cancel() {
        cancelled = true;
        subscriber = null; // at once, whenever the loop comes to it (3.13)
        signalSoon();
    }

    /** Whoever is signalling looks again by itself. A loop that is closed runs no task, but then the socket is closed. */
    private void signalSoon() {
        if (signalling == Thread.currentThread()) {
            return;
        }
        onLoop(this::signal);
        if (closed) {
            signal();
        }
    }

    private void onLoop(Runnable task) {
        Closed.executeUnless(socket.loop(), task);
    }

    // ---- loop thread ----

    void received(ByteBuffer data) {
        if (over) {
            data.position(data.limit());
        } else {
            held = Received.copy(socket, data);
            socket.pause();
            signal();
        }
    }

    void ended() {
        ended = true;
        signal();
    }

    void closed(NetworkException error) {
        if (!ended) {
            failure = error;
            ended = true;
        }
        closed = true;
        signal();
    }

    // ---- one thread at a time ----

    private void signal() {
        if (toSignal.getAndIncrement() != 0) {
            return;
        }
        Throwable thrown = null;
        int seen = 1; // of those who wanted it done, the last who comes here does it for all
        do {
            signalling = Thread.currentThread();
            try {
                signalAll();
            } catch (RuntimeException | Error e) {
                thrown = e;
                finish();
            }
            signalling = null;
            seen = toSignal.addAndGet(-seen);
        } while (seen != 0);
        if (thrown != null) {
            abort();
        }
        if (thrown instanceof Error e) {
            throw e;
        } else if (thrown instanceof RuntimeException e) {
            throw e;
        }
    }

    private void signalAll() {
        while (subscribed && !over) {
            Flow.Subscriber<? super ByteBuffer> to = subscriber;
            if (cancelled) { // asked after that: if it is not, there is one
                finish();
                close();
            } else if (misuse != null) {
                finish();
                close();
                to.onError(misuse);
            } else if (held.hasRemaining()) {
                if (demand.get() == 0) {
                    return;
                }
                demand.updateAndGet(left -> left == Long.MAX_VALUE ? left : left - 1);
                to.onNext(next());
            } else if (ended) {
                finish();
                if (failure == null) {
                    to.onComplete();
                } else {
                    to.onError(failure);
                }
            } else {
                socket.resume();
                return;
            }
        }
    }

    private ByteBuffer next() {
        int length = Math.min(held.remaining(), longest);
        ByteBuffer element = held.slice(held.position(), length);
        held.position(held.position() + length);
        return element;
    }

    private void finish() {
        over = true;
        subscriber = null;
        held = NOTHING;
    }

    private void close() {
        if (!closed) {
            socket.close();
        }
    }

    private void abort() {
        if (!closed) {
            socket.abort();
        }
    }
}
