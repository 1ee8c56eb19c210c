package dev.anyloop.sim;

import dev.anyloop.Capability;
import dev.anyloop.DatagramOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.core.transport.Transport;
import dev.anyloop.sim.net.Listener;
import dev.anyloop.sim.net.Machine;
import dev.anyloop.sim.net.SocketEnd;
import dev.anyloop.sim.net.TcpEnd;
import dev.anyloop.sim.net.UnixPaths;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The engine of a simulated loop. What is ready in a poll is told in an order drawn from the seed, and now and then not all
 * of it at once, as engines do.
 */
final class SimTransport implements Transport {

    static final Set<Capability> CAPABILITIES = Set.of(
            Capability.UNIX_SOCKETS, Capability.DATAGRAMS, Capability.REUSE_PORT);

    /** How much one read may bring. */
    static final int MOST_READ = 64 * 1024;

    private static final int LEAST_BUFFER = 1024;

    // set once
    private final Simulation simulation;
    private final Program program;
    // simulation's thread
    private Machine machine;
    private final Set<SimHandle> candidates = new LinkedHashSet<>(); // of which something may be told
    private final Set<SimHandle> handles = new LinkedHashSet<>();
    private Set<SimHandle> left = Set.of(); // by a poll that did not tell all
    private ByteBuffer readBuffer = ByteBuffer.allocate(0);
    private boolean woken;
    private boolean dead;

    SimTransport(Simulation simulation, Program program, Machine machine) {
        this.simulation = simulation;
        this.program = program;
        this.machine = machine;
    }

    // ---- polling ----

    /** A loop that the simulation turns never waits here; one that a test runs lets the simulation go on meanwhile. */
    @Override
    public boolean poll(long timeoutNanos) {
        if (program.isRunByTest()) {
            simulation.waitFor(program, timeoutNanos);
        }
        woken = false;
        List<SimHandle> ready = ready();
        simulation.shuffle(ready);
        int owed = owedFirst(ready);
        int most = Math.max(owed, simulation.drawBatch(ready.size()));
        boolean all = most == ready.size();
        left = all ? Set.of() : Set.copyOf(ready.subList(most, ready.size()));
        for (SimHandle handle : ready.subList(0, most)) {
            if (mayBeTold(handle) && handle.isReady()) { // an event may have changed that
                handle.tell(all);
            }
        }
        return all;
    }

    /** Nobody is told again before those whom the last poll has left (SEAM-008). Returns how many they are. */
    private int owedFirst(List<SimHandle> ready) {
        if (left.isEmpty()) {
            return 0;
        }
        ready.sort(Comparator.comparing(handle -> !left.contains(handle)));
        return (int) ready.stream().filter(left::contains).count();
    }

    private List<SimHandle> ready() {
        List<SimHandle> ready = new ArrayList<>(candidates.size());
        candidates.removeIf(handle -> {
            boolean isReady = handle.isReady();
            if (isReady) {
                ready.add(handle);
            }
            return !isReady;
        });
        return ready;
    }

    /** Whether a poll would tell anything. */
    boolean isReady() {
        if (!woken && !candidates.isEmpty()) {
            candidates.removeIf(handle -> !handle.isReady());
        }
        return !dead && (woken || !candidates.isEmpty());
    }

    /** Something about it may have become ready. */
    void mayBeReady(SimHandle handle) {
        if (mayBeTold(handle)) {
            candidates.add(handle);
            program.stirred();
        }
    }

    /** Of a program whose host has crashed only who has closed is told, which is what its loop waits for when it is closed. */
    private boolean mayBeTold(SimHandle handle) {
        return !dead || handle.isClosing();
    }

    @Override
    public void wakeup() {
        simulation.checkThread();
        woken = true;
        program.stirred();
    }

    // ---- handles ----

    /** Whatever this machine has. */
    @Override
    public boolean hasIpv6() {
        return true;
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public Connection connect(
            SocketAddress remote, @Nullable SocketAddress local, SocketOptions options, ConnectionEvents events)
            throws IOException {
        SocketEnd end = remote instanceof UnixDomainSocketAddress path
                ? machine.paths().connect(path, UnixPaths.UNNAMED, buffers(options))
                : machine.connect(inet(remote), local == null ? null : inet(local), options.reuseAddress(), buffers(options));
        return keep(new SimConnection(this, end, events));
    }

    @Override
    public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
        TcpEnd.Buffers buffers = buffers(options.socket());
        Listener<?> listener = local instanceof UnixDomainSocketAddress path
                ? machine.paths().listen(path, options.backlog(), buffers)
                : machine.listen(inet(local), options.reusePort(), options.backlog(), buffers);
        return keep(new SimAcceptor(this, listener, events));
    }

    @Override
    public DatagramPort datagram(InetSocketAddress local, DatagramOptions options, DatagramEvents events) throws IOException {
        return keep(new SimDatagramPort(this, machine.bindDatagrams(local, options), events));
    }

    <H extends SimHandle> H keep(H handle) {
        handles.add(handle);
        mayBeReady(handle);
        return handle;
    }

    /** Whether its handles have gone with their machine. */
    boolean isDead() {
        return dead;
    }

    void released(SimHandle handle) {
        handles.remove(handle);
        candidates.remove(handle);
    }

    private static TcpEnd.Buffers buffers(SocketOptions options) {
        return TcpEnd.Buffers.of(options.receiveBufferSize(), options.sendBufferSize());
    }

    private static InetSocketAddress inet(SocketAddress address) throws EngineException {
        if (address instanceof InetSocketAddress inet) {
            return inet;
        }
        throw new EngineException(ErrorKind.ADDRESS_NOT_AVAILABLE, "no such kind of address: " + address);
    }

    /** Where a connection puts so many bytes, until it has told core. */
    ByteBuffer readBuffer(int bytes) {
        if (readBuffer.capacity() < bytes) {
            readBuffer = ByteBuffer.allocate(Math.max(LEAST_BUFFER, Math.min(2 * bytes, MOST_READ)));
        }
        return readBuffer.clear();
    }

    /** How much of what is there the first of two reads brings. */
    int drawChunk(int readable) {
        return simulation.drawChunk(readable);
    }

    @Override
    public void close() {
        List.copyOf(handles).forEach(SimHandle::drop);
        handles.clear();
        candidates.clear();
    }

    /** Its host has crashed. A callback that is in progress may still make things, which are nowhere. */
    void kill() {
        dead = true;
        machine = machine.nowhere();
        handles.clear();
        candidates.removeIf(handle -> !mayBeTold(handle));
    }
}
