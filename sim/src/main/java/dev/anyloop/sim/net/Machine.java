package dev.anyloop.sim.net;

import dev.anyloop.ErrorKind;
import dev.anyloop.core.transport.EngineException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The system of one host, as far as the network goes: addresses, ports, connections, listening sockets, descriptors. */
public final class Machine {

    private static final int FIRST_FREE_PORT = 32_768;
    private static final int LAST_FREE_PORT = 60_999;
    private static final long TIME_WAIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** The two addresses of a connection, seen from one side. */
    private record Pair(InetSocketAddress local, InetSocketAddress remote) {}

    // set once
    private final Network network;
    private final String name;
    private final InetAddress ipv4;
    private final InetAddress ipv6;
    // what there is
    private final Map<Pair, TcpEnd> ends = new LinkedHashMap<>();
    private final List<TcpListener> listeners = new ArrayList<>();
    private final Set<Pair> timeWait = new LinkedHashSet<>();
    private int lastPort = FIRST_FREE_PORT - 1;
    private int descriptors;
    // what is asked of it
    private boolean down;
    private int mostDescriptors = Integer.MAX_VALUE;
    private boolean backlogFull;
    private boolean refusing;

    Machine(Network network, String name, int number) {
        this.network = network;
        this.name = name;
        this.ipv4 = address(10, 0, number >> 8, number & 0xff);
        this.ipv6 = address(0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number >> 8, number & 0xff);
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

    public TcpListener listen(InetSocketAddress asked, int backlog, TcpEnd.Buffers buffers) throws EngineException {
        checkOwn(asked.getAddress());
        InetSocketAddress local = asked.getPort() != 0 ? asked
                : new InetSocketAddress(asked.getAddress(), freePort(asked.getAddress(), null));
        for (TcpListener other : listeners) {
            if (other.local().getPort() == local.getPort() && overlap(other.local().getAddress(), local.getAddress())) {
                throw new EngineException(ErrorKind.ADDRESS_IN_USE, "Address already in use");
            }
        }
        takeDescriptor();
        TcpListener listener = new TcpListener(this, local, backlog, buffers);
        listeners.add(listener);
        return listener;
    }

    public TcpEnd connect(InetSocketAddress remote, @Nullable InetSocketAddress asked, TcpEnd.Buffers buffers)
            throws EngineException {
        InetAddress from = asked == null || asked.getAddress().isAnyLocalAddress()
                ? sourceFor(remote.getAddress()) : asked.getAddress();
        checkOwn(from);
        int port = asked == null || asked.getPort() == 0 ? freePort(from, remote) : asked.getPort();
        Pair pair = new Pair(new InetSocketAddress(from, port), remote);
        boolean listening = listeners.stream().anyMatch(other -> other.local().equals(pair.local));
        if (isTaken(pair) || listening) {
            throw new EngineException(ErrorKind.ADDRESS_IN_USE, "Address already in use");
        }
        takeDescriptor();
        TcpEnd end = new TcpEnd(this, pair.local, remote, buffers);
        ends.put(pair, end);
        end.connect();
        return end;
    }

    private InetAddress sourceFor(InetAddress remote) {
        return remote.isLoopbackAddress() ? remote : remote.getAddress().length == 4 ? ipv4 : ipv6;
    }

    private void checkOwn(InetAddress address) throws EngineException {
        if (!address.isAnyLocalAddress() && !address.isLoopbackAddress() && !has(address)) {
            throw new EngineException(ErrorKind.ADDRESS_NOT_AVAILABLE, "Cannot assign requested address");
        }
    }

    private int freePort(InetAddress address, @Nullable InetSocketAddress remote) throws EngineException {
        for (int tried = FIRST_FREE_PORT; tried <= LAST_FREE_PORT; tried++) {
            lastPort = lastPort == LAST_FREE_PORT ? FIRST_FREE_PORT : lastPort + 1;
            int port = lastPort;
            boolean listening = listeners.stream().anyMatch(
                    other -> other.local().getPort() == port && overlap(other.local().getAddress(), address));
            if (!listening && (remote == null || !isTaken(new Pair(new InetSocketAddress(address, port), remote)))) {
                return port;
            }
        }
        throw new EngineException(ErrorKind.ADDRESS_NOT_AVAILABLE, "Cannot assign requested address");
    }

    private boolean isTaken(Pair pair) {
        return ends.containsKey(pair) || timeWait.contains(pair);
    }

    /** An IPv6 wildcard means both families. */
    private static boolean overlap(InetAddress one, InetAddress other) {
        return one.equals(other) || isWildcardFor(one, other) || isWildcardFor(other, one);
    }

    private static boolean isWildcardFor(InetAddress wildcard, InetAddress address) {
        return wildcard.isAnyLocalAddress()
                && (wildcard.getAddress().length == 16 || address.getAddress().length == 4);
    }

    void takeDescriptor() throws EngineException {
        if (descriptors >= mostDescriptors) {
            network.fired(this, "descriptors");
            throw new EngineException(ErrorKind.TOO_MANY_OPEN_FILES, "Too many open files");
        }
        descriptors++;
    }

    void giveDescriptor() {
        descriptors--;
    }

    // ---- for its sockets ----

    void send(TcpEnd from, Segment segment) {
        network.send(this, from, segment);
    }

    Path pathTo(InetAddress remote) {
        return network.path(this, remote);
    }

    Path pathFrom(InetAddress remote) {
        return network.pathBack(this, remote);
    }

    TcpEnd accepted(Segment syn, TcpEnd.Buffers buffers) {
        TcpEnd end = new TcpEnd(this, syn.to(), syn.from(), buffers);
        ends.put(new Pair(syn.to(), syn.from()), end);
        return end;
    }

    void stopListening(TcpListener listener) {
        listeners.remove(listener);
    }

    boolean isBacklogFull() {
        return backlogFull;
    }

    void forget(TcpEnd end) {
        Pair pair = new Pair(end.local(), end.remote());
        ends.remove(pair, end);
        if (end.hasEndedFirst()) {
            timeWait.add(pair);
            network.schedule().after(TIME_WAIT_NANOS, () -> timeWait.remove(pair));
        }
    }

    void forgetLater(TcpEnd end) {
        network.schedule().after(TIME_WAIT_NANOS, end::giveUp);
    }

    // ---- from the network ----

    /** Something arrives; false if it is not taken, as if it had been lost. */
    boolean receive(Segment segment) {
        Pair pair = new Pair(segment.to(), segment.from());
        TcpEnd end = ends.get(pair);
        if (end != null) {
            end.receive(segment);
        } else if (segment.kind() == Segment.Kind.SYN) {
            return answer(segment);
        } else if (segment.kind() != Segment.Kind.RST && !timeWait.contains(pair)) {
            send(null, segment.refusal());
        }
        return true;
    }

    private boolean answer(Segment syn) {
        TcpListener listener = listenerAt(syn.to());
        if (listener == null || refusing) {
            if (refusing) {
                network.fired(this, "refuse");
            }
            send(null, syn.refusal());
        } else if (listener.isFull()) {
            if (backlogFull) {
                network.fired(this, "backlog");
            }
            return false;
        } else {
            listener.answer(syn);
        }
        return true;
    }

    /** The one at the very address before one at a wildcard. */
    private @Nullable TcpListener listenerAt(InetSocketAddress address) {
        TcpListener found = null;
        for (TcpListener listener : listeners) {
            if (listener.local().equals(address)) {
                return listener;
            } else if (listener.local().getPort() == address.getPort()
                    && isWildcardFor(listener.local().getAddress(), address.getAddress())) {
                found = listener;
            }
        }
        return found;
    }

    // ---- faults ----

    public boolean isDown() {
        return down;
    }

    /** All its connections and ports are gone, and nobody is told. */
    public void goDown() {
        down = true;
        List.copyOf(ends.values()).forEach(TcpEnd::vanish);
        ends.clear();
        listeners.clear();
        timeWait.clear();
        descriptors = 0;
    }

    public void comeUp() {
        down = false;
    }

    /** @param most how many more there may be, none if 0; negative for no limit */
    public void limitDescriptors(int most) {
        mostDescriptors = most < 0 ? Integer.MAX_VALUE : descriptors + most;
    }

    public void fillBacklog(boolean full) {
        backlogFull = full;
    }

    public void refuse(boolean refuse) {
        refusing = refuse;
    }

    /** Resets the connections with another machine, at both ends. */
    int resetWith(Machine other) {
        int count = 0;
        for (TcpEnd end : List.copyOf(ends.values())) {
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
        listeners.forEach(listener -> lines.add(listener.toString()));
        ends.values().forEach(end -> lines.add(end.toString()));
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
