package dev.anyloop.adapters;

import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.SubscriberPuppet;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.WhiteboxSubscriberProbe;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowSubscriberWhiteboxVerification;

/** With a probe that hears what the subscriber has been told, and requests in its name. Run by {@link FlowKitTest}. */
public final class SubscriberFromInsideKit extends FlowSubscriberWhiteboxVerification<ByteBuffer> {

    private static final long TIMEOUT_MILLIS = 5000;
    private static final long SILENCE_MILLIS = 50;

    public SubscriberFromInsideKit() {
        super(new TestEnvironment(TIMEOUT_MILLIS, SILENCE_MILLIS));
    }

    @Override
    protected Flow.Subscriber<ByteBuffer> createFlowSubscriber(WhiteboxSubscriberProbe<ByteBuffer> probe) {
        return new Probed(KitPeers.get().connect(peer -> { }, socket -> SocketFlow.of(socket).subscriber()), probe);
    }

    @Override
    public ByteBuffer createElement(int element) {
        return ByteBuffer.allocate(4).putInt(0, element);
    }

    private static final class Probed implements Flow.Subscriber<ByteBuffer> {

        private final Flow.Subscriber<ByteBuffer> socket;
        private final WhiteboxSubscriberProbe<ByteBuffer> probe;
        private final AtomicBoolean isSubscribed = new AtomicBoolean();

        Probed(Flow.Subscriber<ByteBuffer> socket, WhiteboxSubscriberProbe<ByteBuffer> probe) {
            this.socket = socket;
            this.probe = probe;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            socket.onSubscribe(subscription);
            if (!isSubscribed.getAndSet(true)) {
                probe.registerOnSubscribe(new SubscriberPuppet() {
                    @Override
                    public void triggerRequest(long elements) {
                        subscription.request(elements);
                    }

                    @Override
                    public void signalCancel() {
                        subscription.cancel();
                    }
                });
            }
        }

        @Override
        public void onNext(ByteBuffer element) {
            socket.onNext(element);
            probe.registerOnNext(element);
        }

        @Override
        public void onError(Throwable error) {
            socket.onError(error);
            probe.registerOnError(error);
        }

        @Override
        public void onComplete() {
            socket.onComplete();
            probe.registerOnComplete();
        }
    }
}
