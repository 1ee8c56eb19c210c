package dev.anyloop.adapters;

import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;

/** Run by {@link FlowKitTest}. */
public final class SubscriberKit extends FlowSubscriberBlackboxVerification<ByteBuffer> {

    private static final long TIMEOUT_MILLIS = 5000;
    private static final long SILENCE_MILLIS = 50;

    public SubscriberKit() {
        super(new TestEnvironment(TIMEOUT_MILLIS, SILENCE_MILLIS));
    }

    @Override
    public Flow.Subscriber<ByteBuffer> createFlowSubscriber() {
        return KitPeers.get().connect(peer -> { }, socket -> SocketFlow.of(socket).subscriber());
    }

    @Override
    public ByteBuffer createElement(int element) {
        return ByteBuffer.allocate(4).putInt(0, element);
    }
}
