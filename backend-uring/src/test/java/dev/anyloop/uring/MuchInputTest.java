package dev.anyloop.uring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Connection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A peer that sends much, and then little, and much again: it is read from in one way and in the other. */
class MuchInputTest {

    private static final int MUCH = 40_000; // and so little that all of it is there at once
    private static final int[] LENGTHS = {10, MUCH, MUCH, 10, MUCH, MUCH, 1, 1, 5_000, 200_000, 64 * 1024, 3};

    @Test
    void eachByteComesInItsPlace() throws IOException {
        byte[] sent = new byte[1_000_000];
        new Random(1).nextBytes(sent);
        ByteArrayOutputStream came = new ByteArrayOutputStream();
        List<Boolean> bulk = new ArrayList<>();
        boolean[] ended = new boolean[1];
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            UringTransport transport = new UringTransport(Features.probed());
            Silent events = new Silent() {
                @Override
                public void received(ByteBuffer bytes) {
                    byte[] copy = new byte[bytes.remaining()];
                    bytes.get(copy);
                    came.writeBytes(copy);
                }

                @Override
                public void inputEnded() {
                    ended[0] = true;
                }
            };
            UringConnection connection = (UringConnection) transport.connect(
                    server.getLocalSocketAddress(), null, SocketOptions.defaults(), events);
            connection.resumeReading();
            int offset = 0;
            try (Socket peer = server.accept()) {
                for (int length : LENGTHS) {
                    send(peer, sent, offset, length);
                    offset += length;
                    while (came.size() < offset) {
                        transport.poll(-1);
                    }
                    transport.poll(0); // in which it is asked for in the new way
                    bulk.add(connection.isBulk());
                    pauseForAPoll(transport, connection);
                }
            }
            while (!ended[0]) {
                transport.poll(-1);
            }
            connection.close();
            while (!events.closed) {
                transport.poll(-1);
            }
            transport.close();
            byte[] expected = new byte[offset];
            System.arraycopy(sent, 0, expected, 0, offset);
            assertArrayEquals(expected, came.toByteArray());
        }
        assertEquals(List.of(false, true, true, false), bulk.subList(0, 4)); // then it depends on where a buffer ends
    }

    private static void send(Socket peer, byte[] bytes, int offset, int length) throws IOException {
        peer.getOutputStream().write(bytes, offset, length);
    }

    private static void pauseForAPoll(UringTransport transport, Connection connection) throws IOException {
        connection.pauseReading();
        transport.poll(0);
        connection.resumeReading();
    }
}
