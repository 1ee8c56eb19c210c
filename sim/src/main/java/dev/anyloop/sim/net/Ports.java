package dev.anyloop.sim.net;

import dev.anyloop.ErrorKind;
import dev.anyloop.core.transport.EngineException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which ports of a machine are in use, by whom, and which are free. */
final class Ports {

    /** The two addresses of a connection, seen from one side. */
    record Pair(InetSocketAddress local, InetSocketAddress remote) {}

    /** Of a connection that is over; two are never the same. */
    private static final class TimeWait {
        private final boolean reusable; // the port is

        TimeWait(boolean reusable) {
            this.reusable = reusable;
        }
    }

    private final Map<Pair, TcpEnd> ends = new LinkedHashMap<>();
    private final List<TcpListener> listeners = new ArrayList<>();
    private final Map<Pair, TimeWait> timeWait = new LinkedHashMap<>();
    private final FreePorts free = new FreePorts();

    // ---- listening ----

    /**
     * With a port that nobody listens on, if that is 0; any other may be shared with those who do. Who does not reuse a port cannot
     * have one of a connection either.
     */
    InetSocketAddress toBind(InetSocketAddress asked, boolean reuse, boolean shared) throws EngineException {
        InetSocketAddress local = asked.getPort() != 0 ? asked
                : new InetSocketAddress(asked.getAddress(), freePort(asked.getAddress(), null));
        if (isListening(local.getAddress(), local.getPort(), shared) || !reuse && !mayShare(local, false)) {
            throw inUse();
        }
        return local;
    }

    void add(TcpListener listener) {
        listeners.add(listener);
    }

    void remove(TcpListener listener) {
        listeners.remove(listener);
    }

    /** Those at the very address before those at a wildcard, and of these those of its family before those of both. */
    List<TcpListener> listenersAt(InetSocketAddress address) {
        List<TcpListener> found = new ArrayList<>();
        int nearest = Integer.MAX_VALUE;
        for (TcpListener each : listeners) {
            if (each.local().getPort() == address.getPort()
                    && (each.local().equals(address) || isWildcardFor(each.local().getAddress(), address.getAddress()))) {
                found.add(each);
                nearest = Math.min(nearest, distance(each, address));
            }
        }
        int least = nearest;
        found.removeIf(each -> distance(each, address) > least);
        return found;
    }

    private static int distance(TcpListener listener, InetSocketAddress address) {
        InetAddress local = listener.local().getAddress();
        return local.equals(address.getAddress()) ? 0 : local.getAddress().length == address.getAddress().getAddress().length ? 1 : 2;
    }

    // ---- connections ----

    /** With a port from which the remote address can be connected to, if that is 0. */
    Pair toConnectFrom(InetAddress from, int asked, InetSocketAddress remote, boolean reuse) throws EngineException {
        int port = asked == 0 ? freePort(from, remote) : asked;
        Pair pair = new Pair(new InetSocketAddress(from, port), remote);
        if (ends.containsKey(pair) || asked != 0 && !mayShare(pair.local, reuse)) {
            throw inUse();
        }
        return pair;
    }

    void add(Pair pair, TcpEnd end) {
        ends.put(pair, end);
    }

    void remove(Pair pair, TcpEnd end) {
        ends.remove(pair, end);
    }

    @Nullable TcpEnd endAt(Pair pair) {
        return ends.get(pair);
    }

    /** Answers with what ends it, but no later one between the same addresses. */
    Runnable beginTimeWait(Pair pair, boolean reusable) {
        TimeWait begun = new TimeWait(reusable);
        timeWait.put(pair, begun);
        return () -> timeWait.remove(pair, begun);
    }

    boolean isInTimeWait(Pair pair) {
        return timeWait.containsKey(pair);
    }

    // ---- all of them ----

    List<TcpEnd> ends() {
        return List.copyOf(ends.values());
    }

    List<TcpListener> listeners() {
        return List.copyOf(listeners);
    }

    void clear() {
        ends.clear();
        listeners.clear();
        timeWait.clear();
    }

    // ---- what is free ----

    private int freePort(InetAddress address, @Nullable InetSocketAddress remote) throws EngineException {
        return free.next(port -> !isListening(address, port, false)
                && (remote == null || !isTaken(new Pair(new InetSocketAddress(address, port), remote))));
    }

    private boolean isTaken(Pair pair) {
        return ends.containsKey(pair) || timeWait.containsKey(pair);
    }

    /** With whoever has it: only if all of them said that they would, and none listens. */
    private boolean mayShare(InetSocketAddress local, boolean reuse) {
        return listeners.stream().filter(each -> each.local().equals(local)).allMatch(each -> reuse && each.isReusable())
                && ends.entrySet().stream().filter(each -> each.getKey().local.equals(local))
                        .allMatch(each -> reuse && each.getValue().isReusable())
                && timeWait.entrySet().stream().filter(each -> each.getKey().local.equals(local))
                        .allMatch(each -> reuse && each.getValue().reusable);
    }

    /** Anybody, or anybody who does not share. */
    private boolean isListening(InetAddress address, int port, boolean shared) {
        for (TcpListener each : listeners) {
            if (each.local().getPort() == port && overlap(each.local().getAddress(), address) && !(shared && each.isShared())) {
                return true;
            }
        }
        return false;
    }

    static EngineException inUse() {
        return new EngineException(ErrorKind.ADDRESS_IN_USE, "Address already in use");
    }

    static boolean overlap(InetAddress one, InetAddress other) {
        return one.equals(other) || isWildcardFor(one, other) || isWildcardFor(other, one);
    }

    /** An IPv6 wildcard means both families. */
    static boolean isWildcardFor(InetAddress wildcard, InetAddress address) {
        return wildcard.isAnyLocalAddress()
                && (wildcard.getAddress().length == 16 || address.getAddress().length == 4);
    }
}
