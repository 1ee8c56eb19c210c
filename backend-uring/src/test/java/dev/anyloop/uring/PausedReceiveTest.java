package dev.anyloop.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Connection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A receive that goes on and on, and is paused by the first event of a batch: the kernel hears of that when all were told. */
class PausedReceiveTest {

    private static final int BUFFERS = 4;
    private static final int FIRST = 3; // of them are full in the first batch
    private static final byte[] PIECE = new byte[16 * 1024]; // as much as goes into one
    private static final int PIECES = 20;

    private Connection connection;
    private Socket peer;
    private int sent;

    private void send() {
        try {
            if (sent < PIECES) {
                peer.getOutputStream().write(PIECE);
                sent++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For each piece that is told comes another, which the kernel takes at once, for the thread is in a call of the kernel's. */
    @Test
    void whatIsReadAfterThePauseIsInTheBuffersThatWereFreeBefore() throws IOException {
        Silent events = new Silent() {
            @Override
            public void received(ByteBuffer bytes) {
                super.received(bytes);
                connection.pauseReading();
                send();
            }
        };
        UringTransport transport = new UringTransport(Features.probed().without(Set.of("single-issuer")).sized(64, BUFFERS));
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            connection = transport.connect(server.getLocalSocketAddress(), null, SocketOptions.defaults(), events);
            peer = server.accept();
            while (!events.connected) {
                transport.poll(-1);
            }
            for (int i = 0; i < FIRST; i++) {
                send();
            }
            connection.resumeReading();
            for (int i = 0; i < 3; i++) {
                transport.poll(0);
            }
            assertEquals(BUFFERS * PIECE.length, events.received);
            connection.resumeReading();
            while (events.received < sent * PIECE.length) { // nothing is lost, and they are the kernel's again
                transport.poll(-1);
                connection.resumeReading();
            }
            assertEquals(PIECES, sent);
        } finally {
            transport.close();
            peer.close();
        }
    }
}
