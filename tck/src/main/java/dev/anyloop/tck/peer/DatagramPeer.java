package dev.anyloop.tck.peer;

import dev.anyloop.tck.Limits;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The other end of datagrams: a blocking socket. To send never takes long; who receives waits for twice the "must happen" limit, on
 * a thread that may.
 */
public final class DatagramPeer {

    /** What was received. */
    public record Datagram(byte[] data, InetSocketAddress sender) {

        public String text() {
            return new String(data, StandardCharsets.UTF_8);
        }
    }

    private static final int LONGEST = 65_535;

    private final DatagramSocket socket;
    private final InetSocketAddress address;
    private final Limits limits;

    DatagramPeer(DatagramSocket socket, Limits limits) {
        this.socket = socket;
        this.address = (InetSocketAddress) socket.getLocalSocketAddress();
        this.limits = limits;
    }

    /** Also when it is closed. */
    public InetSocketAddress address() {
        return address;
    }

    public DatagramPeer send(byte[] data, InetSocketAddress to) {
        try {
            socket.send(new DatagramPacket(data, data.length, to));
            return this;
        } catch (IOException e) {
            throw new AssertionError("cannot send " + data.length + " bytes to " + to, e);
        }
    }

    public DatagramPeer send(String text, InetSocketAddress to) {
        return send(text.getBytes(StandardCharsets.UTF_8), to);
    }

    public Datagram receive() throws IOException {
        socket.setSoTimeout((int) limits.mustHappen().multipliedBy(2).toMillis());
        DatagramPacket packet = new DatagramPacket(new byte[LONGEST], LONGEST);
        socket.receive(packet);
        return new Datagram(Arrays.copyOf(packet.getData(), packet.getLength()), (InetSocketAddress) packet.getSocketAddress());
    }

    public void close() {
        socket.close();
    }
}
