package dev.anyloop.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is lent is nobody's but the lender's again when that is said, though a send of it was in flight. */
class LentMemoryTest {

    private static final byte GENUINE = 'g';
    private static final byte SCRUBBED = 's';
    private static final int LENT = 64 * 1024;
    private static final long NO_ROOM_NANOS = 50_000_000;

    private enum End { CONNECTION_CLOSED, TRANSPORT_CLOSED }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "single-issuer"})
    void afterAConnectionIsClosedNothingIsSentOfIt(String without) throws IOException {
        sendUntil(End.CONNECTION_CLOSED, without);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "single-issuer"})
    void afterTheTransportIsClosedNothingIsSentOfIt(String without) throws IOException {
        sendUntil(End.TRANSPORT_CLOSED, without);
    }

    private static void sendUntil(End end, String without) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            UringTransport transport = new UringTransport(Features.probed().without(Set.of(without)));
            Silent events = new Silent();
            Connection connection = transport.connect(
                    server.getLocalSocketAddress(), null, SocketOptions.defaults().withBufferSizes(0, 16 * 1024), events);
            connection.resumeReading();
            try (Socket peer = server.accept()) {
                while (!events.connected) {
                    transport.poll(-1);
                }
                ByteBuffer lent = ByteBuffer.allocateDirect(LENT);
                long sent = fill(transport, connection, events, lent);
                if (end == End.CONNECTION_CLOSED) {
                    connection.close();
                    while (!events.closed) {
                        transport.poll(-1);
                    }
                }
                transport.close();
                sent += events.written;
                scrub(lent);
                assertAllGenuine(peer.getInputStream(), sent);
            }
        }
    }

    /** Until a send is in flight, for which there is no room. Returns how much was taken of offers. */
    private static long fill(UringTransport transport, Connection connection, Silent events, ByteBuffer lent) throws IOException {
        long sent = 0;
        while (true) {
            lent.clear();
            for (int i = 0; i < LENT; i++) {
                lent.put(i, GENUINE);
            }
            sent += connection.offer(lent);
            if (lent.hasRemaining()) {
                connection.write(lent);
                for (int before = -1; before != events.written && lent.hasRemaining(); ) {
                    before = events.written;
                    transport.poll(NO_ROOM_NANOS);
                }
            }
            if (lent.hasRemaining()) {
                return sent;
            }
        }
    }

    private static void scrub(ByteBuffer lent) {
        for (int i = 0; i < LENT; i++) {
            lent.put(i, SCRUBBED);
        }
    }

    private static void assertAllGenuine(InputStream in, long sent) throws IOException {
        long count = 0;
        byte[] bytes = new byte[LENT];
        for (int read; (read = in.read(bytes)) > 0; ) {
            for (int i = 0; i < read; i++) {
                assertEquals(GENUINE, bytes[i], "at " + (count + i));
            }
            count += read;
        }
        assertEquals(sent, count, "came of what was told to be sent");
    }
}
