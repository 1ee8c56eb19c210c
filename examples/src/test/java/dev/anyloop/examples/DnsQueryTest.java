package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Against a name server that answers late or wrongly; a real one is asked in the continuous build. */
class DnsQueryTest {

    /** Answers, but not the first so many queries, and before each answer one that is not for it. */
    private static DatagramSocket server(int ignored) throws IOException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread thread = new Thread(() -> answer(socket, ignored), "name server");
        thread.setDaemon(true);
        thread.start();
        return socket;
    }

    private static void answer(DatagramSocket socket, int ignored) {
        try {
            for (int i = 0; ; i++) {
                DatagramPacket query = new DatagramPacket(new byte[512], 512);
                socket.receive(query);
                if (i >= ignored) {
                    byte[] forged = answer(query, 0xbadbad);
                    forged[0]++;
                    socket.send(new DatagramPacket(forged, forged.length, query.getSocketAddress()));
                    byte[] right = answer(query, 0x010203);
                    socket.send(new DatagramPacket(right, right.length, query.getSocketAddress()));
                }
            }
        } catch (SocketException e) {
            // closed
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** An alias, then two addresses. */
    private static byte[] answer(DatagramPacket query, int last) {
        ByteBuffer answer = ByteBuffer.allocate(512).put(query.getData(), 0, query.getLength());
        answer.put(2, (byte) 0x81).put(3, (byte) 0x80).putShort(6, (short) 3);
        answer.putShort((short) 0xc00c).putShort((short) 5).putShort((short) 1).putInt(60).putShort((short) 4).put(new byte[] {1, 'x', (byte) 0xc0, 12});
        answer.put(new byte[] {1, 'x', (byte) 0xc0, 12}).putShort((short) 1).putShort((short) 1).putInt(60).putShort((short) 4).putInt(0x0a000000 | last);
        answer.putShort((short) 0xc00c).putShort((short) 1).putShort((short) 1).putInt(60).putShort((short) 4).putInt(0x0a000001);
        byte[] bytes = new byte[answer.position()];
        answer.flip().get(bytes);
        return bytes;
    }

    @OnEachBackend
    void itPrintsTheAddressesEvenIfItHasToAskAgain(String backend) throws Exception {
        try (DatagramSocket server = server(1); Program query = Program.start(backend, DnsQuery.class,
                "127.0.0.1", server.getLocalPort(), "www.example.com", "A", 500)) { // of four times, so three are left to a server that is late
            assertEquals(List.of("www.example.com is 10.1.2.3", "www.example.com is 10.0.0.1"), query.end(0));
        }
    }

    @OnEachBackend
    void itGivesUpOnASilentServer(String backend) throws Exception {
        try (DatagramSocket server = server(100); Program query = Program.start(backend, DnsQuery.class,
                "127.0.0.1", server.getLocalPort(), "www.example.com", "AAAA", 20)) {
            assertEquals(List.of("No address of www.example.com: no answer"), query.end(1));
        }
    }

    /** Hears itself only, so the system refuses what others send to its port; and nobody else is given that meanwhile. */
    private static DatagramSocket refusing() throws IOException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket.connect(socket.getLocalSocketAddress());
        return socket;
    }

    @OnEachBackend
    void itIsToldWhenNobodyIsThere(String backend) throws Exception {
        try (DatagramSocket nobody = refusing();
                Program query = Program.start(backend, DnsQuery.class, "127.0.0.1", nobody.getLocalPort(), "www.example.com")) {
            int port = nobody.getLocalPort();
            assertEquals(List.of("No address of www.example.com: send 127.0.0.1:" + port + ": connect refused"), query.end(1));
        }
    }

    @Test
    void itTellsHowToUseIt() throws Exception {
        try (Program query = Program.start(List.of(), Program.classPath(), DnsQuery.class, "127.0.0.1")) {
            assertEquals(List.of("usage: DnsQuery server port name [A|AAAA] [milliseconds]"), query.end(2));
        }
    }
}
