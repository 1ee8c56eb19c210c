package dev.anyloop.sim;

import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import dev.anyloop.sim.net.Datagram;
import dev.anyloop.sim.net.UdpSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A simulated datagram socket as the seam wants it. It always has room: what is lost is lost on the way. */
final class SimDatagramPort extends SimHandle implements DatagramPort {

    private static final int MOST_DATAGRAMS = 64;

    private final UdpSocket socket;
    private final DatagramEvents events;
    private boolean receiving;

    SimDatagramPort(SimTransport transport, UdpSocket socket, DatagramEvents events) {
        super(transport);
        this.socket = socket;
        this.events = events;
        socket.onChange(() -> transport.mayBeReady(this));
    }

    @Override
    boolean hasNews() {
        return receiving && socket.hasSomething();
    }

    @Override
    void tellNews(boolean inPieces) {
        int most = transport.drawChunk(MOST_DATAGRAMS);
        for (int i = 0; i < most && receiving && !isClosing() && socket.hasSomething(); i++) {
            tellNext();
        }
    }

    private void tellNext() {
        try {
            Datagram next = socket.receive();
            if (next != null) {
                events.received(ByteBuffer.wrap(next.bytes()), next.from());
            }
        } catch (IOException e) {
            events.receiveFailed(e);
        }
    }

    @Override
    void tellClosed() {
        events.closed();
    }

    @Override
    public boolean send(ByteBuffer data, @Nullable InetSocketAddress to) throws IOException {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        socket.send(bytes, to);
        return true;
    }

    @Override
    public void connect(@Nullable InetSocketAddress peer) {
        socket.connect(peer);
    }

    /** Simulated hosts have one network, so it does not matter on which. */
    @Override
    public void join(InetAddress group, NetworkInterface on, @Nullable InetAddress source) {
        socket.join(group, source);
    }

    @Override
    public void leave(InetAddress group, NetworkInterface on, @Nullable InetAddress source) {
        socket.leave(group, source);
    }

    @Override
    public void pauseReceiving() {
        receiving = false;
    }

    @Override
    public void resumeReceiving() {
        receiving = true;
        transport.mayBeReady(this);
    }

    @Override
    void drop() {
        socket.close();
    }

    @Override
    public InetSocketAddress localAddress() {
        return socket.local();
    }
}
