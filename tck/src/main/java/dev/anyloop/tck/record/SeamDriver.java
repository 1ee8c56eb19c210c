package dev.anyloop.tck.record;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.DatagramOptions;
import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.World;
import dev.anyloop.tck.peer.Peers;
import dev.anyloop.tck.run.Failure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Stands in for core: polls, and hands out connections, acceptors and datagram ports that record and check their events. */
public final class SeamDriver {

    private static final long STEP_NANOS = Duration.ofMillis(10).toNanos();

    private final World world;
    private final Transport transport;
    private final Limits limits;
    private final Failure failure;
    private Thread owner = Thread.currentThread();
    private final List<RecordedConnection> connections = new ArrayList<>();
    private final List<RecordedAcceptor> acceptors = new ArrayList<>();
    private final List<RecordedPort> ports = new ArrayList<>();
    private long stepNanos = STEP_NANOS;
    private boolean polling;

    public SeamDriver(World world, Transport transport, Limits limits, Failure failure) {
        this.world = world;
        this.transport = transport;
        this.limits = limits;
        this.failure = failure;
    }

    public Transport transport() {
        return transport;
    }

    /** Drives another transport in the same test. What it leaves open is left to that transport's close. */
    public SeamDriver another(Transport other) {
        return new SeamDriver(world, other, limits, failure);
    }

    /** From now on the calling thread drives, because the one that did has ended. */
    public void inherit() {
        owner = Thread.currentThread();
    }

    /** From now on whoever waits until something holds waits in polls of that timeout: only what happens ends them. */
    public void step(long timeoutNanos) {
        stepNanos = timeoutNanos;
    }

    // Driving

    public boolean poll(long timeoutNanos) throws IOException {
        polling = true;
        try {
            return transport.poll(timeoutNanos);
        } finally {
            polling = false;
            failure.rethrow();
        }
    }

    /** Polls until something holds that must come to hold. */
    public void until(String what, BooleanSupplier condition) throws IOException {
        long start = world.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(world.nanoTime() - start < limits.mustHappen().toNanos(),
                    () -> "not within " + limits.mustHappen() + ": " + what + "; " + connections);
            poll(stepNanos);
        }
    }

    /** Polls for the time that has to pass before "it did not happen" may be said. */
    public void quiet() throws IOException {
        long end = world.nanoTime() + limits.mustNotHappen().toNanos();
        for (long left; (left = end - world.nanoTime()) > 0; ) {
            poll(left);
        }
    }

    public RecordedConnection connect(int port) throws IOException {
        return connect(port, SocketOptions.defaults());
    }

    public RecordedConnection connect(int port, SocketOptions options) throws IOException {
        return connect(new InetSocketAddress(Peers.LOCALHOST, port), options);
    }

    public RecordedConnection connect(SocketAddress remote, SocketOptions options) throws IOException {
        RecordedConnection recorded = new RecordedConnection(this);
        recorded.use(transport.connect(remote, null, options, recorded));
        connections.add(recorded);
        return recorded;
    }

    /** Connected and still paused. */
    public RecordedConnection connected(int port) throws IOException {
        return connected(port, SocketOptions.defaults());
    }

    public RecordedConnection connected(int port, SocketOptions options) throws IOException {
        RecordedConnection recorded = connect(port, options);
        until("connected", () -> recorded.saw("connected"));
        return recorded;
    }

    public RecordedAcceptor listen(int port) throws IOException {
        return listen(new InetSocketAddress(Peers.LOCALHOST, port), SocketOptions.defaults());
    }

    /** @param options of what it accepts */
    public RecordedAcceptor listen(SocketAddress local, SocketOptions options) throws IOException {
        RecordedAcceptor recorded = new RecordedAcceptor(this);
        recorded.use(transport.listen(local, ListenOptions.defaults().withSocket(options), recorded));
        acceptors.add(recorded);
        return recorded;
    }

    /** On a free port of 127.0.0.1, and still paused. */
    public RecordedPort datagrams() throws IOException {
        RecordedPort recorded = new RecordedPort(this);
        recorded.use(transport.datagram(new InetSocketAddress(Peers.LOCALHOST, 0), DatagramOptions.defaults(), recorded));
        ports.add(recorded);
        return recorded;
    }

    /** Releases what the test has left, then the transport, which must not mind a second time (SEAM-010). */
    public void close() throws IOException {
        try {
            acceptors.forEach(RecordedAcceptor::close);
            connections.forEach(RecordedConnection::close);
            ports.forEach(RecordedPort::close);
            until("every handle is released", () -> acceptors.stream().allMatch(RecordedAcceptor::isClosed)
                    && connections.stream().allMatch(RecordedConnection::isClosed)
                    && ports.stream().allMatch(RecordedPort::isClosed));
        } finally {
            transport.close();
            transport.close();
        }
    }

    // For what it hands out

    void accepted(RecordedConnection connection) {
        connections.add(connection);
    }

    /** Events come inside poll, on its thread (SEAM-001, SEAM-003). */
    void checkEvent(String event) {
        if (Thread.currentThread() != owner) {
            fail(new AssertionError(event + " on thread " + Thread.currentThread().getName()));
        } else if (!polling) {
            fail(new AssertionError(event + " outside of poll"));
        }
    }

    /** Fails the test and ends a poll that waits. Safe from any thread. */
    public void fail(Throwable thrown) {
        failure.add(thrown);
        transport.wakeup();
    }
}
