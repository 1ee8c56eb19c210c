package dev.anyloop.adapters;

import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.Socket;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A socket as a {@link Flow.Publisher} of what it receives and a {@link Flow.Subscriber} of what it sends: Reactive Streams, as the JDK has
 * them. It has all callbacks of the socket but that of the connection; {@link #closed()} tells how it ended.
 *
 * <p>{@link #of(Socket)} belongs to the loop thread; everything else here is safe from any thread.
 */
public final class SocketFlow {

    private static final int MOST = 65_536; // of a view (READ-001)

    private final SocketPublisher publisher;
    private final SocketSubscriber subscriber;
    private final LoopFuture<@Nullable Void> closed;

    private SocketFlow(Socket socket, int longest) {
        publisher = new SocketPublisher(socket, longest);
        subscriber = new SocketSubscriber(socket);
        closed = new LoopFuture<>(socket.loop(), socket::abort);
    }

    /**
     * Takes over a socket, with elements of up to 65,536 bytes.
     *
     * @param socket connecting, or connected and not read from yet; paused until somebody subscribes, so that
     *     only a write tells that its peer is gone. Allow it to be half-open, if it is to send after the peer has ended
     * @return both directions of it
     * @throws IllegalStateException on another thread than the loop's
     */
    public static SocketFlow of(Socket socket) {
        return of(socket, MOST);
    }

    /**
     * Takes over a socket, with elements of a limited size.
     *
     * @param socket connecting, or connected and not read from yet; paused until somebody subscribes
     * @param longest how many bytes a published element has at most: 1 to 65,536
     * @return both directions of it
     * @throws IllegalArgumentException if that is no number of bytes for an element
     * @throws IllegalStateException on another thread than the loop's
     */
    public static SocketFlow of(Socket socket, int longest) {
        if (longest < 1 || longest > MOST) {
            throw new IllegalArgumentException("an element has 1 to " + MOST + " bytes, not " + longest);
        }
        SocketFlow flow = new SocketFlow(Objects.requireNonNull(socket, "socket"), longest);
        socket.pause()
                .onRead((same, data) -> flow.publisher.received(data))
                .onEnd(same -> flow.publisher.ended())
                .onDrain(same -> flow.subscriber.drained())
                .onError((same, error) -> { }) // the close callback has it too
                .onClose((same, error) -> flow.ended(error != null ? error : Closed.during(Operation.READ, same), error));
        return flow;
    }

    private void ended(NetworkException inFull, @Nullable NetworkException error) {
        closed.settle(null, error);
        try {
            subscriber.closed();
        } finally { // what it cancels is somebody else's
            publisher.closed(inFull);
        }
    }

    /**
     * What the socket receives. It has one subscriber; a further one gets an error.
     *
     * <ul>
     * <li>Each element is the subscriber's, to keep and to change. It is a view of up to 65,536 bytes that came together, so a few
     *     bytes that are kept keep those too: copy them.
     * <li>The socket is read until something has come that nobody has requested yet, a view's worth at most; then it is paused. So the end
     *     is told without a request.
     * <li>{@code onComplete} is the peer's end. Whatever else ends the stream, the socket's own close included, is a
     *     {@link NetworkException}, after all elements that have come.
     * <li>To cancel closes the socket gracefully: what was written is sent.
     * <li>Signals come on the loop's thread, {@code onSubscribe} on that which subscribes; once the socket is closed, what is left of them
     *     may come on the thread that requests it.
     * <li>What a subscriber throws, which it must not, in {@code onSubscribe} or later, aborts the socket, and is thrown on.
     * </ul>
     *
     * @return the publisher, always the same
     */
    public Flow.Publisher<ByteBuffer> publisher() {
        return publisher;
    }

    /**
     * What the socket sends. It subscribes once.
     *
     * <ul>
     * <li>Each element is consumed when {@code onNext} returns, from position to limit, and its publisher's again. On another thread than
     *     the loop's it is copied.
     * <li>One element is requested at a time, the next when the one before is written, and if that has reached the high water mark, when
     *     the socket drains.
     * <li>{@code onComplete} ends the sending side, after what was written; {@code onError} aborts the socket, so that what is incomplete
     *     does not look whole.
     * <li>When the socket is closed, the subscription is cancelled.
     * </ul>
     *
     * @return the subscriber, always the same
     */
    public Flow.Subscriber<ByteBuffer> subscriber() {
        return subscriber;
    }

    /**
     * How the socket ends.
     *
     * @return completed when it is closed; fails as its close callback says. Cancelling aborts the socket
     */
    public LoopFuture<@Nullable Void> closed() {
        return closed;
    }
}
