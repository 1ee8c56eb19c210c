package dev.anyloop.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Connection;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A transport that nobody closes and nobody knows any more is collected; the kernel goes on with what is in flight on its ring, and
 * must not do so with memory that is somebody else's by then.
 */
class ForgottenTest {

    private static final int MUCH = 1 << 20;
    private static final int MOST_COLLECTIONS = 200;
    private static final int MORE_COLLECTIONS = 5;

    private WeakReference<UringTransport> transport;
    private WeakReference<ByteBuffer> received;
    private WeakReference<ByteBuffer> lent;

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "single-issuer"})
    void whatIsInFlightKeepsItsMemory(String without) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            leave(without, server, false);
            assertTrue(isCollected(transport), "the transport is not forgotten");
            collect(MORE_COLLECTIONS);
            assertNotNull(received.get());
            assertNotNull(lent.get());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "single-issuer"})
    void whatIsClosedKeepsNone(String without) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            leave(without, server, true);
            assertTrue(isCollected(transport) && isCollected(received) && isCollected(lent), "something is kept");
        }
    }

    /** With a receive in flight, and a send that there is no room for. */
    private void leave(String without, ServerSocket server, boolean closed) throws IOException {
        UringTransport made = new UringTransport(Features.probed().without(Set.of(without)));
        Silent events = new Silent();
        Connection connection = made.connect(server.getLocalSocketAddress(), null, SocketOptions.defaults(), events);
        connection.resumeReading();
        while (!events.connected) {
            made.poll(-1);
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect(MUCH);
        while (connection.offer(bytes.duplicate()) > 0) {
            // until there is no room
        }
        connection.write(bytes);
        made.poll(0);
        assertEquals(0, events.written);
        transport = new WeakReference<>(made);
        received = new WeakReference<>(Objects.requireNonNull(made.buffers()).memory());
        lent = new WeakReference<>(bytes);
        if (closed) {
            made.close();
        }
    }

    private static boolean isCollected(WeakReference<?> forgotten) throws InterruptedException {
        for (int i = 0; i < MOST_COLLECTIONS && forgotten.get() != null; i++) {
            collect(1);
        }
        return forgotten.get() == null;
    }

    private static void collect(int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            System.gc();
            Thread.sleep(10);
        }
    }
}
