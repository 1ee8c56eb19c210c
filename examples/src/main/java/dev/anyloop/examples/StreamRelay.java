package dev.anyloop.examples;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.Server;
import dev.anyloop.SocketOptions;
import dev.anyloop.adapters.SocketFlow;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;

/** Sockets as streams of {@code java.util.concurrent.Flow}: a server that publishes to its clients what they publish to it. */
public final class StreamRelay {

    private static final int BYTES = 1_000_000;
    private static final int ELEMENT = 10_000;
    private static final SocketOptions HALF_OPEN = SocketOptions.defaults().withAllowHalfOpen(true);

    private StreamRelay() {}

    /**
     * Runs until all bytes are back.
     *
     * @param args none
     */
    public static void main(String[] args) {
        EventLoop.start(loop -> {
            Server server = loop.listen("127.0.0.1", 0, ListenOptions.defaults().withSocket(HALF_OPEN), (same, socket) -> {
                SocketFlow flow = SocketFlow.of(socket);
                flow.publisher().subscribe(flow.subscriber());
            });
            int port = ((InetSocketAddress) server.localAddress()).getPort();
            SocketFlow client = SocketFlow.of(loop.connect("127.0.0.1", port, ConnectOptions.defaults().withSocket(HALF_OPEN)));
            client.publisher().subscribe(new Counter());
            client.closed().whenComplete((none, error) -> server.close());
            publish(client.subscriber());
        });
    }

    /** By the publisher that the JDK has, on a thread of its own: submit waits until the socket has requested more. */
    private static void publish(Flow.Subscriber<ByteBuffer> to) {
        new Thread(() -> {
            try (SubmissionPublisher<ByteBuffer> publisher = new SubmissionPublisher<>()) {
                publisher.subscribe(to);
                for (int sent = 0; sent < BYTES; sent += ELEMENT) {
                    publisher.submit(ByteBuffer.allocate(ELEMENT));
                }
            }
        }, "publisher").start();
    }

    /** Requests an element when it has counted the one before. */
    private static final class Counter implements Flow.Subscriber<ByteBuffer> {

        private Flow.Subscription subscription;
        private int bytes;

        @Override
        public void onSubscribe(Flow.Subscription to) {
            subscription = to;
            subscription.request(1);
        }

        @Override
        public void onNext(ByteBuffer element) {
            bytes += element.remaining();
            subscription.request(1);
        }

        @Override
        public void onError(Throwable error) {
            System.out.println("failed: " + error.getMessage());
        }

        @Override
        public void onComplete() {
            System.out.println(bytes + " bytes are back.");
        }
    }
}
