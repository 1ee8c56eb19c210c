package dev.anyloop.tck.fake;

import dev.anyloop.Capability;
import dev.anyloop.DatagramOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A transport whose kernel is a few queues in memory and whose time is a {@link FakeClock}. */
public final class FakeTransport implements Transport {

    /** Paths are but names here: it makes no files. */
    static final Set<Capability> CAPABILITIES = Set.of(Capability.UNIX_SOCKETS, Capability.DATAGRAMS, Capability.REUSE_PORT);

    private static final SocketAddress UNNAMED = UnixDomainSocketAddress.of("");
    private static final long RELEASE_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    // Set once.
    private final FakeClock clock;
    private final Thread owner = Thread.currentThread();

    // Loop thread.
    private final Set<FakeHandle> handles = new LinkedHashSet<>();
    private final List<FakeConnection> connections = new ArrayList<>();
    private final List<FakeAcceptor> acceptors = new ArrayList<>();
    private final List<FakeDatagramPort> ports = new ArrayList<>();
    private @Nullable IOException nextFailure;
    private boolean closesHeld;
    private int batch = Integer.MAX_VALUE;
    private int lastPort = 50_000;
    private boolean closed;
    private boolean ipv6 = true;

    // Any thread.
    private final FakeWakeup wakeup = new FakeWakeup(FakeWakeup.PATIENCE);

    /**
     * A transport that belongs to the calling thread.
     *
     * @param clock moved by {@link #poll} instead of waiting
     */
    public FakeTransport(FakeClock clock) {
        this.clock = clock;
    }

    // The seam

    @Override
    public boolean poll(long timeoutNanos) {
        checkThread();
        if (handles.stream().noneMatch(FakeHandle::isReady)) {
            await(timeoutNanos);
        }
        wakeup.clear();
        List<FakeHandle> ready = handles.stream().filter(FakeHandle::isReady).toList();
        List<FakeHandle> served = ready.subList(0, Math.min(batch, ready.size()));
        served.stream().filter(FakeHandle::isReady).forEach(FakeHandle::deliver); // an event may have changed that
        if (served.size() < ready.size()) {
            putLast(served);
            return false;
        }
        return true;
    }

    /** Time passes without waiting; only what another thread may bring, at an unknown time, is waited for. */
    private void await(long timeoutNanos) {
        boolean releasing = handles.stream().anyMatch(FakeHandle::isClosing);
        if (wakeup.isAsked() || timeoutNanos == 0) {
            return;
        }
        if (releasing) {
            clock.advance(timeoutNanos < 0 ? RELEASE_CHECK_NANOS : Math.min(timeoutNanos, RELEASE_CHECK_NANOS));
        } else if (timeoutNanos > 0) {
            clock.advance(timeoutNanos);
        } else {
            wakeup.await();
        }
    }

    private void putLast(List<FakeHandle> served) {
        for (FakeHandle handle : served) {
            if (handles.remove(handle)) {
                handles.add(handle);
            }
        }
    }

    @Override
    public void wakeup() {
        wakeup.ask();
    }

    @Override
    public boolean hasIpv6() {
        return ipv6;
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public FakeConnection connect(
            SocketAddress remote, @Nullable SocketAddress local, SocketOptions options, ConnectionEvents events)
            throws IOException {
        checkThread();
        throwNextFailure();
        SocketAddress from = local != null ? withPort(local) : nextLike(remote);
        FakeAcceptor listening = listeningOn(remote);
        FakeConnection connection = listening == null
                ? FakeConnection.scripted(this, from, remote, events)
                : FakeConnection.between(this, from, remote, events, listening);
        connections.add(connection);
        handles.add(connection);
        return connection;
    }

    @Override
    public FakeAcceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
        checkThread();
        throwNextFailure();
        SocketAddress address = withPort(local);
        if (listening(address).anyMatch(other -> !(options.reusePort() && other.isShared()))) {
            throw new EngineException(ErrorKind.ADDRESS_IN_USE, "Address already in use");
        }
        FakeAcceptor acceptor = new FakeAcceptor(this, address, options.reusePort(), events);
        acceptors.add(acceptor);
        handles.add(acceptor);
        return acceptor;
    }

    @Override
    public FakeDatagramPort datagram(InetSocketAddress local, DatagramOptions options, DatagramEvents events) throws IOException {
        checkThread();
        throwNextFailure();
        FakeDatagramPort port = new FakeDatagramPort(this, withPort(local), events);
        ports.add(port);
        handles.add(port);
        return port;
    }

    @Override
    public void close() {
        checkThread();
        if (!closed && !handles.isEmpty()) {
            throw new IllegalStateException("closed with " + handles.size() + " handles that are not released");
        }
        closed = true;
    }

    // The script

    /**
     * The clock of this transport.
     *
     * @return the clock
     */
    public FakeClock clock() {
        return clock;
    }

    /**
     * A connection, made or accepted, in the order of the attempts.
     *
     * @param index from 0
     * @return the connection, also when it is closed
     */
    public FakeConnection connection(int index) {
        return connections.get(index);
    }

    /**
     * A listening socket, in the order of listening.
     *
     * @param index from 0
     * @return the acceptor, also when it is closed
     */
    public FakeAcceptor acceptor(int index) {
        return acceptors.get(index);
    }

    /**
     * A datagram port, in the order of binding.
     *
     * @param index from 0
     * @return the port, also when it is closed
     */
    public FakeDatagramPort port(int index) {
        return ports.get(index);
    }

    /**
     * Makes the next {@link #connect}, {@link #listen} or {@link #datagram} throw.
     *
     * @param failure what it throws
     */
    public void failNext(IOException failure) {
        nextFailure = failure;
    }

    /**
     * Takes IPv6 away from the network, or gives it back. It has it at first, whatever this machine has.
     *
     * @param available whether there is IPv6
     */
    public void ipv6(boolean available) {
        ipv6 = available;
    }

    /**
     * Holds back releases: {@code closed} is not reported until they are let go.
     *
     * @param held true to hold, false to let go
     */
    public void holdCloses(boolean held) {
        closesHeld = held;
    }

    /**
     * Limits how many handles one {@link #poll} serves, so that it reports a full batch when more are ready.
     *
     * @param handles at least 1
     */
    public void batchSize(int handles) {
        batch = handles;
    }

    /**
     * Tells whether core has closed it.
     *
     * @return true after {@link #close}
     */
    public boolean isClosed() {
        return closed;
    }

    // For the handles

    boolean closesHeld() {
        return closesHeld;
    }

    void accepted(FakeConnection connection) {
        connections.add(connection);
        handles.add(connection);
    }

    void released(FakeHandle handle) {
        handles.remove(handle);
    }

    private int nextPort() {
        return ++lastPort;
    }

    static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** The seam belongs to one thread, unless that thread has ended (SEAM-001). */
    void checkThread() {
        if (Thread.currentThread() != owner && owner.isAlive()) {
            throw new IllegalStateException("the transport of thread " + owner.getName() + " is used by thread "
                    + Thread.currentThread().getName());
        }
    }

    /** That of an end that was given none. */
    SocketAddress nextLike(SocketAddress other) {
        return other instanceof UnixDomainSocketAddress ? UNNAMED : loopback(nextPort());
    }

    private SocketAddress withPort(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? withPort(inet) : address;
    }

    private InetSocketAddress withPort(InetSocketAddress address) {
        return address.getPort() != 0 ? address : new InetSocketAddress(address.getAddress(), nextPort());
    }

    /** Of those who share a port each gets a connection in its turn. */
    private @Nullable FakeAcceptor listeningOn(SocketAddress address) {
        List<FakeAcceptor> listening = listening(address).toList();
        return listening.isEmpty() ? null : listening.get(connections.size() % listening.size());
    }

    private Stream<FakeAcceptor> listening(SocketAddress address) {
        return acceptors.stream().filter(acceptor -> !acceptor.isReleased() && isSame(acceptor.localAddress(), address));
    }

    /** All hosts are this one. */
    private static boolean isSame(SocketAddress one, SocketAddress other) {
        return one instanceof InetSocketAddress inet && other instanceof InetSocketAddress another
                ? inet.getPort() == another.getPort() : one.equals(other);
    }

    private void throwNextFailure() throws IOException {
        IOException failure = nextFailure;
        nextFailure = null;
        if (failure != null) {
            throw failure;
        }
    }
}
