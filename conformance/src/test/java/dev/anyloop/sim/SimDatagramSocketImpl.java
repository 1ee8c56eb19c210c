package dev.anyloop.sim;

import dev.anyloop.DatagramOptions;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.sim.net.Datagram;
import dev.anyloop.sim.net.UdpSocket;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocketImpl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOptions;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A blocking datagram socket of a simulated host: waiting is virtual. What it sends on its own host arrives before the call returns. */
final class SimDatagramSocketImpl extends DatagramSocketImpl {

    private final SimWorld world;
    private final Map<Integer, Object> options = new HashMap<>();
    private @Nullable UdpSocket socket;
    private boolean closed;

    SimDatagramSocketImpl(SimWorld world) {
        this.world = world;
    }

    private UdpSocket socket() {
        return Objects.requireNonNull(socket, "not bound");
    }

    @Override
    protected void create() {}

    @Override
    protected void bind(int port, InetAddress address) throws SocketException {
        try {
            socket = world.host().machine().bindDatagrams(
                    new InetSocketAddress(address, port), DatagramOptions.defaults().withBroadcast(true));
        } catch (EngineException e) {
            throw (BindException) new BindException(e.getMessage()).initCause(e);
        }
        localPort = socket.local().getPort();
    }

    @Override
    protected void send(DatagramPacket packet) throws IOException {
        byte[] bytes = Arrays.copyOfRange(packet.getData(), packet.getOffset(), packet.getOffset() + packet.getLength());
        socket().send(bytes, (InetSocketAddress) packet.getSocketAddress());
        SimSocketImpl.arrive(world);
    }

    @Override
    protected void receive(DatagramPacket packet) throws IOException {
        UdpSocket from = socket();
        long nanos = TimeUnit.MILLISECONDS.toNanos((Integer) options.getOrDefault(SocketOptions.SO_TIMEOUT, 0));
        try {
            if (!world.await(nanos == 0 ? Long.MAX_VALUE : nanos, () -> closed || from.hasSomething())) {
                throw new SocketTimeoutException("timed out");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        if (closed) {
            throw new SocketException("Socket closed");
        }
        Datagram datagram = Objects.requireNonNull(from.receive());
        System.arraycopy(datagram.bytes(), 0, packet.getData(), packet.getOffset(), datagram.bytes().length);
        packet.setLength(datagram.bytes().length);
        packet.setSocketAddress(datagram.from());
    }

    @Override
    protected void close() {
        if (!closed) {
            closed = true;
            if (socket != null) {
                socket.close();
            }
        }
    }

    // ---- what the kit does not ask for ----

    private static IOException none(String what) {
        return new SocketException("no " + what + " in a simulation");
    }

    @Override
    protected int peek(InetAddress address) throws IOException {
        throw none("peeking");
    }

    @Override
    protected int peekData(DatagramPacket packet) throws IOException {
        throw none("peeking");
    }

    @Override
    @Deprecated
    protected void setTTL(byte ttl) throws IOException {
        throw none("TTL");
    }

    @Override
    @Deprecated
    protected byte getTTL() throws IOException {
        throw none("TTL");
    }

    @Override
    protected void setTimeToLive(int ttl) throws IOException {
        throw none("TTL");
    }

    @Override
    protected int getTimeToLive() throws IOException {
        throw none("TTL");
    }

    @Override
    protected void join(InetAddress group) throws IOException {
        throw none("groups");
    }

    @Override
    protected void leave(InetAddress group) throws IOException {
        throw none("groups");
    }

    @Override
    protected void joinGroup(SocketAddress group, NetworkInterface on) throws IOException {
        throw none("groups");
    }

    @Override
    protected void leaveGroup(SocketAddress group, NetworkInterface on) throws IOException {
        throw none("groups");
    }

    // ---- options ----

    @Override
    public void setOption(int option, Object value) {
        options.put(option, value);
    }

    @Override
    public Object getOption(int option) {
        return option == SocketOptions.SO_BINDADDR ? socket().local().getAddress() : options.getOrDefault(option, 0);
    }
}
