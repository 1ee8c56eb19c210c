package dev.anyloop.tck;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Stands in for core: polls, and hands out connections and acceptors that record and check their events. */
final class SeamDriver {

    private static final long STEP_NANOS = Duration.ofMillis(10).toNanos();

    private final Transport transport;
    private final Limits limits;
    private final Failure failure;
    private final Thread owner = Thread.currentThread();
    private final List<RecordedConnection> connections = new ArrayList<>();
    private final List<RecordedAcceptor> acceptors = new ArrayList<>();
    private boolean polling;

    SeamDriver(Transport transport, Limits limits, Failure failure) {
        this.transport = transport;
        this.limits = limits;
        this.failure = failure;
    }

    Transport transport() {
        return transport;
    }

    // Driving

    boolean poll(long timeoutNanos) throws IOException {
        polling = true;
        try {
            return transport.poll(timeoutNanos);
        } finally {
            polling = false;
            failure.rethrow();
        }
    }

    /** Polls until something holds that must come to hold. */
    void until(String what, BooleanSupplier condition) throws IOException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - start < limits.mustHappen().toNanos(),
                    () -> "not within " + limits.mustHappen() + ": " + what + "; " + connections);
            poll(STEP_NANOS);
        }
    }

    /** Polls for the time that has to pass before "it did not happen" may be said. */
    void quiet() throws IOException {
        long end = System.nanoTime() + limits.mustNotHappen().toNanos();
        for (long left; (left = end - System.nanoTime()) > 0; ) {
            poll(left);
        }
    }

    RecordedConnection connect(int port) throws IOException {
        return connect(port, SocketOptions.defaults());
    }

    RecordedConnection connect(int port, SocketOptions options) throws IOException {
        RecordedConnection recorded = new RecordedConnection(this);
        recorded.use(transport.connect(new InetSocketAddress(RuleTest.LOCALHOST, port), null, options, recorded));
        connections.add(recorded);
        return recorded;
    }

    /** Connected and still paused. */
    RecordedConnection connected(int port) throws IOException {
        return connected(port, SocketOptions.defaults());
    }

    RecordedConnection connected(int port, SocketOptions options) throws IOException {
        RecordedConnection recorded = connect(port, options);
        until("connected", () -> recorded.saw("connected"));
        return recorded;
    }

    RecordedAcceptor listen(int port) throws IOException {
        RecordedAcceptor recorded = new RecordedAcceptor(this);
        recorded.use(transport.listen(
                new InetSocketAddress(RuleTest.LOCALHOST, port), ListenOptions.defaults(), recorded));
        acceptors.add(recorded);
        return recorded;
    }

    /** Releases what the test has left, then the transport, which must not mind a second time (SEAM-010). */
    void close() throws IOException {
        try {
            acceptors.forEach(RecordedAcceptor::close);
            connections.forEach(RecordedConnection::close);
            until("every handle is released", () -> acceptors.stream().allMatch(RecordedAcceptor::isClosed)
                    && connections.stream().allMatch(RecordedConnection::isClosed));
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
    void fail(Throwable thrown) {
        failure.add(thrown);
        transport.wakeup();
    }
}
