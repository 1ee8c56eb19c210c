package dev.anyloop.adapters;

import dev.anyloop.ConnectOptions;
import dev.anyloop.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;

/** Elements of one byte, so that there are as many as the kit asks for, however TCP cuts them. Run by {@link FlowKitTest}. */
public final class PublisherKit extends FlowPublisherVerification<ByteBuffer> {

    private static final long TIMEOUT_MILLIS = 5000;
    private static final long SILENCE_MILLIS = 50;
    private static final byte[] MUCH = new byte[65_536];

    public PublisherKit() {
        super(new TestEnvironment(TIMEOUT_MILLIS, SILENCE_MILLIS));
    }

    @Override
    public Flow.Publisher<ByteBuffer> createFlowPublisher(long elements) {
        return KitPeers.get().connect(peer -> send(peer, elements), socket -> SocketFlow.of(socket, 1).publisher());
    }

    private static void send(Socket socket, long count) {
        long left = count;
        while (left > 0 && socket.isOpen()) {
            int now = (int) Math.min(left, MUCH.length);
            left -= now;
            if (!socket.write(ByteBuffer.wrap(MUCH, 0, now))) {
                break;
            }
        }
        long rest = left;
        if (rest > 0) {
            socket.onDrain(s -> send(s, rest));
        } else {
            socket.end();
        }
    }

    /** Nobody listens there. */
    @Override
    public Flow.Publisher<ByteBuffer> createFailedFlowPublisher() {
        Peers peers = KitPeers.get();
        return peers.onLoop(() -> SocketFlow.of(peers.loop().connect("127.0.0.1", 1, ConnectOptions.defaults())).publisher());
    }
}
