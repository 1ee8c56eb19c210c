package dev.anyloop.sim.net;

import dev.anyloop.DatagramOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.core.transport.EngineException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A datagram socket of a machine. What comes while its buffer is full is lost. */
public final class UdpSocket {

    /** As on Linux, which counts some memory for each datagram besides its bytes. */
    private static final int DEFAULT_BUFFER = 212_992;
    private static final int OVERHEAD = 768;

    private record Membership(InetAddress group, @Nullable InetAddress source) {}

    // set once
    private final Machine machine;
    private final InetSocketAddress local;
    private final DatagramOptions options;
    private final int capacity;
    // what there is
    private final Deque<Datagram> inbox = new ArrayDeque<>();
    private final List<Membership> groups = new ArrayList<>();
    private int used;
    private boolean refused;
    private boolean gone;
    // what the program wants
    private @Nullable InetSocketAddress peer;
    private Runnable onChange = () -> { };

    UdpSocket(Machine machine, InetSocketAddress local, DatagramOptions options) {
        this.machine = machine;
        this.local = local;
        this.options = options;
        this.capacity = options.receiveBufferSize() == 0 ? DEFAULT_BUFFER : options.receiveBufferSize();
    }

    Machine machine() {
        return machine;
    }

    boolean isReusable() {
        return options.reuseAddress();
    }

    // ---- for its program ----

    public InetSocketAddress local() {
        return local;
    }

    /** Calls this whenever something comes. */
    public void onChange(Runnable action) {
        onChange = action;
    }

    /** To the peer, if there is one. Who was refused before is told so, and sends nothing. */
    public void send(byte[] bytes, @Nullable InetSocketAddress asked) throws EngineException {
        throwRefusal();
        InetSocketAddress to = asked == null ? peer : asked;
        if (to == null) {
            throw new EngineException(ErrorKind.OTHER, "Destination address required");
        } else if (!options.broadcast() && Datagram.isBroadcast(to.getAddress())) {
            throw new EngineException(ErrorKind.PERMISSION_DENIED, "Permission denied");
        }
        if (gone) {
            return;
        }
        InetAddress bound = local.getAddress();
        InetAddress source = bound.isAnyLocalAddress() || bound.isMulticastAddress() ? machine.sourceFor(to.getAddress()) : bound;
        machine.send(this, new Datagram(new InetSocketAddress(source, local.getPort()), to, bytes));
    }

    public boolean hasSomething() {
        return refused || !inbox.isEmpty();
    }

    /** Null if there is none. */
    public @Nullable Datagram receive() throws EngineException {
        throwRefusal();
        Datagram first = inbox.poll();
        used -= first == null ? 0 : size(first);
        return first;
    }

    private void throwRefusal() throws EngineException {
        if (refused) {
            refused = false;
            throw new EngineException(ErrorKind.CONNECT_REFUSED, "Connection refused");
        }
    }

    public void connect(@Nullable InetSocketAddress to) {
        peer = to;
        refused = false;
    }

    public void join(InetAddress group, @Nullable InetAddress source) {
        groups.add(new Membership(group, source));
    }

    public void leave(InetAddress group, @Nullable InetAddress source) {
        groups.remove(new Membership(group, source));
    }

    public void close() {
        onChange = () -> { };
        inbox.clear();
        machine.descriptors().give();
        machine.forget(this);
    }

    /** Gone with its machine: whatever its program still sends, nobody gets. */
    void vanish() {
        onChange = () -> { };
        gone = true;
    }

    // ---- from the network ----

    /** Whether what it sends to a group is for a machine. */
    boolean sendsGroupsTo(Machine receiver) {
        return receiver == machine ? options.multicastLoopback() : options.multicastTtl() > 0;
    }

    /** Who has a peer comes first. */
    int rank() {
        return (peer != null ? 2 : 0) + (local.getAddress().isAnyLocalAddress() ? 0 : 1);
    }

    boolean accepts(Datagram datagram) {
        InetAddress to = datagram.to().getAddress();
        boolean meant = to.equals(local.getAddress()) || Ports.isWildcardFor(local.getAddress(), to);
        boolean wanted = !to.isMulticastAddress() || hasJoined(to, datagram.from().getAddress());
        return meant && wanted && local.getPort() == datagram.to().getPort() && (peer == null || peer.equals(datagram.from()));
    }

    private boolean hasJoined(InetAddress group, InetAddress source) {
        return groups.stream().anyMatch(joined -> joined.group.equals(group) && (joined.source == null || joined.source.equals(source)));
    }

    void receive(Datagram datagram) {
        if (used + size(datagram) <= capacity || inbox.isEmpty()) {
            used += size(datagram);
            inbox.add(datagram);
            onChange.run();
        }
    }

    private static int size(Datagram datagram) {
        return datagram.bytes().length + OVERHEAD;
    }

    /** Nobody is there. */
    void refused(InetSocketAddress there) {
        if (there.equals(peer)) {
            refused = true;
            onChange.run();
        }
    }

    @Override
    public String toString() {
        return String.format("%-24s %-24s %d datagrams", Machine.text(local), peer == null ? "" : Machine.text(peer), inbox.size());
    }
}
