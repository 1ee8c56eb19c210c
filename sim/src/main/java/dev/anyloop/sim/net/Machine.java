package dev.anyloop.sim.net;

import dev.anyloop.DatagramOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.sim.net.Ports.Pair;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The system of one host, as far as the network goes: addresses, ports, paths, connections, listening sockets, descriptors. */
public final class Machine {

    /** From which all of 127.0.0.0/8 is connected to. */
    private static final InetAddress LOOPBACK = address(127, 0, 0, 1);

    private static final long TIME_WAIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    // set once
    private final Network network;
    private final String name;
    private final InetAddress ipv4;
    private final InetAddress ipv6;
    // what there is
    private final Ports ports = new Ports();
    private final UdpPorts datagrams = new UdpPorts();
    private final UnixPaths paths;
    private final Descriptors descriptors = new Descriptors(() -> fired("descriptors"));
    // what is asked of it
    private boolean down;
    private int life;
    private final Asked<Boolean> full = new Asked<>();
    private final Asked<Boolean> refusing = new Asked<>();

    Machine(Network network, String name, int number) {
        this(network, name, address(10, 0, number >> 8, number & 0xff),
                address(0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number >> 8, number & 0xff));
    }

    private Machine(Network network, String name, InetAddress ipv4, InetAddress ipv6) {
        this.network = network;
        this.name = name;
        this.paths = new UnixPaths(this, network);
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
    }

    private static InetAddress address(int... octets) {
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // only for arrays of other lengths
        }
    }

    public String name() {
        return name;
    }

    public InetAddress ipv4() {
        return ipv4;
    }

    public InetAddress ipv6() {
        return ipv6;
    }

    boolean has(InetAddress address) {
        return address.equals(ipv4) || address.equals(ipv6);
    }

    // ---- for programs ----

    public TcpListener listen(InetSocketAddress asked, boolean shared, int backlog, TcpEnd.Buffers buffers) throws EngineException {
        TcpListener listener = bind(asked, true, shared);
        listener.listen(backlog, buffers);
        return listener;
    }

    /** A socket that does not listen yet. */
    public TcpListener bind(InetSocketAddress asked, boolean reuse, boolean shared) throws EngineException {
        checkOwn(asked.getAddress());
        InetSocketAddress local = ports.toBind(asked, reuse, shared);
        descriptors.take();
        TcpListener listener = new TcpListener(this, local, reuse, shared);
        ports.add(listener);
        return listener;
    }

    public TcpEnd connect(
            InetSocketAddress remote, @Nullable InetSocketAddress asked, boolean reuse, TcpEnd.Buffers buffers)
            throws EngineException {
        InetAddress from = asked == null || asked.getAddress().isAnyLocalAddress()
                ? sourceFor(remote.getAddress()) : asked.getAddress();
        checkOwn(from);
        Pair pair = ports.toConnectFrom(from, asked == null ? 0 : asked.getPort(), remote, reuse);
        descriptors.take();
        TcpEnd end = new TcpEnd(this, network.nextConnection(), pair.local(), remote, buffers, reuse);
        ports.add(pair, end);
        end.connect();
        return end;
    }

    /** A datagram socket. */
    public UdpSocket bindDatagrams(InetSocketAddress asked, DatagramOptions options) throws EngineException {
        if (!asked.getAddress().isMulticastAddress()) {
            checkOwn(asked.getAddress());
        }
        InetSocketAddress local = datagrams.toBind(asked, options.reuseAddress());
        descriptors.take();
        UdpSocket socket = new UdpSocket(this, local, options);
        datagrams.add(socket);
        return socket;
    }

    /** Its Unix-domain sockets. */
    public UnixPaths paths() {
        return paths;
    }

    InetAddress sourceFor(InetAddress remote) {
        if (remote.getAddress().length == 4) {
            return remote.isLoopbackAddress() ? LOOPBACK : ipv4;
        }
        return remote.isLoopbackAddress() ? remote : ipv6;
    }

    private void checkOwn(InetAddress address) throws EngineException {
        if (!address.isAnyLocalAddress() && !address.isLoopbackAddress() && !has(address)) {
            throw new EngineException(ErrorKind.ADDRESS_NOT_AVAILABLE, "Cannot assign requested address");
        }
    }

    public Descriptors descriptors() {
        return descriptors;
    }

    // ---- for its sockets ----

    void send(@Nullable TcpEnd from, Segment segment) {
        if (!down) {
            network.send(this, from, segment);
        }
    }

    Stream stream(TcpEnd from, InetSocketAddress to) {
        return network.stream(this, from, to);
    }

    Path pathTo(InetAddress remote) {
        return network.path(this, remote);
    }

    Path pathFrom(InetAddress remote) {
        return network.pathBack(this, remote);
    }

    void send(UdpSocket from, Datagram datagram) {
        if (!down) {
            network.send(this, from, datagram);
        }
    }

    void forget(UdpSocket socket) {
        datagrams.remove(socket);
    }

    TcpEnd accepted(Segment syn, TcpEnd.Buffers buffers) {
        TcpEnd end = new TcpEnd(this, syn.connection(), syn.to(), syn.from(), buffers, true);
        ports.add(new Pair(syn.to(), syn.from()), end);
        return end;
    }

    void stopListening(TcpListener listener) {
        ports.remove(listener);
    }

    boolean isBacklogFull() {
        return full.isAny() && fired("backlog");
    }

    boolean isRefusing() {
        return refusing.isAny() && fired("refuse");
    }

    private boolean fired(String fault) {
        network.fired(this, fault);
        return true;
    }

    void forget(TcpEnd end) {
        Pair pair = new Pair(end.local(), end.remote());
        ports.remove(pair, end);
        if (end.hasEndedFirst()) {
            Runnable over = ports.beginTimeWait(pair, end.isReusable());
            network.schedule().after(TIME_WAIT_NANOS, over);
        }
    }

    void forgetLater(TcpEnd end) {
        network.schedule().after(TIME_WAIT_NANOS, end::giveUp);
    }

    // ---- from the network ----

    /** Something arrives; false if it is not taken, as if it had been lost. */
    boolean receive(Segment segment) {
        Pair pair = new Pair(segment.to(), segment.from());
        TcpEnd end = ports.endAt(pair);
        if (end != null && end.isOf(segment)) {
            end.receive(segment);
        } else if (segment.kind() == Segment.Kind.SYN) {
            if (end != null) {
                end.forgotten();
            }
            return answer(segment);
        } else if (segment.kind() != Segment.Kind.RST && !ports.isInTimeWait(pair)) {
            send(null, segment.refusal());
        }
        return true;
    }

    /** Whether there is anybody for it. */
    boolean receive(Datagram datagram) {
        return datagrams.receive(datagram);
    }

    private boolean answer(Segment syn) {
        TcpListener listener = network.chosen(ports.listenersAt(syn.to()), syn.from());
        if (isRefusing() || listener == null || !listener.isListening()) {
            send(null, syn.refusal());
        } else if (listener.isFull()) {
            return false;
        } else {
            listener.answer(syn);
        }
        return true;
    }

    // ---- faults ----

    public boolean isDown() {
        return down;
    }

    /** All its connections, ports and paths are gone, and nobody is told. */
    public void goDown() {
        down = true;
        life++;
        ports.ends().forEach(TcpEnd::vanish);
        ports.clear();
        datagrams.vanish();
        paths.clear();
        descriptors.clear();
    }

    public void comeUp() {
        down = false;
    }

    /** How often it has gone down: what it had under way before is not sent again. */
    public int life() {
        return life;
    }

    /** For a program that has gone down with it, and does not know: whatever it does there reaches nobody. */
    public Machine nowhere() {
        Machine nowhere = new Machine(network, name, ipv4, ipv6);
        nowhere.down = true;
        return nowhere;
    }

    /** Answers with what ends it. */
    public Runnable fillBacklog() {
        return full.begin(true);
    }

    /** Answers with what ends it. */
    public Runnable refuse() {
        return refusing.begin(true);
    }

    /** Resets the connections with another machine, at both ends. */
    int resetWith(Machine other) {
        int count = 0;
        for (TcpEnd end : ports.ends()) {
            if (network.machineAt(this, end.remote().getAddress()) == other) {
                end.reset();
                count++;
            }
        }
        return count;
    }

    // ---- seen from outside ----

    /** A line for each socket. */
    public List<String> sockets() {
        List<String> lines = new ArrayList<>();
        ports.listeners().forEach(listener -> lines.add(listener.toString()));
        ports.ends().forEach(end -> lines.add(end.toString()));
        datagrams.sockets().forEach(socket -> lines.add(socket.toString()));
        lines.addAll(paths.lines());
        return lines;
    }

    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    @Override
    public String toString() {
        return name;
    }
}
