package dev.anyloop.conformance;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.TlsOptions;
import dev.anyloop.core.tls.HandshakeEvents;
import dev.anyloop.core.tls.Tls;
import dev.anyloop.core.tls.TlsConnection;
import dev.anyloop.core.tls.TlsEvents;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.Transport;
import dev.anyloop.core.turn.Loop;
import dev.anyloop.tck.rules.Medium;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Another transport, secured: its connections are those of core's TLS, which to the kit of the seam is the engine here. A loop
 * is turned inside {@code poll} for what TLS has of it: its computations, on this very thread, and its deadlines.
 */
final class SecuredTransport implements Transport {

    private final Transport engine;
    private final TlsOptions client;
    private final TlsOptions server;
    private final Loop loop;
    private final Tls tls;
    // any thread sets it
    private volatile boolean woken;
    // the transport's thread
    private boolean drained;
    private boolean told; // somebody of something in this poll

    SecuredTransport(Transport engine, Medium medium) {
        this.engine = engine;
        this.client = Objects.requireNonNull(medium.of(ConnectOptions.defaults()).tls());
        this.server = Objects.requireNonNull(medium.of(ListenOptions.defaults()).tls());
        this.loop = new Loop(null, "secured", new BrokenTransport(engine) {
            @Override
            public boolean poll(long timeoutNanos) throws IOException {
                drained = good.poll(timeoutNanos);
                return drained;
            }
        }, System::nanoTime, null, null);
        this.tls = new Tls(loop, work -> loop.post(work));
    }

    // ---- polling ----

    @Override
    public boolean poll(long timeoutNanos) throws IOException {
        told = false;
        turn();
        if (timeoutNanos != 0 && !told && !woken && !isBusy()) {
            drained = engine.poll(waitNanos(timeoutNanos));
        }
        woken = false;
        return drained && !isBusy();
    }

    private void turn() {
        loop.turn();
        loop.returnToCaller();
    }

    private boolean isBusy() {
        return loop.stats().queuedTasks() > 0;
    }

    private long waitNanos(long timeoutNanos) {
        if (loop.deadlines.isEmpty()) {
            return timeoutNanos;
        }
        long left = Math.max(0, loop.deadlines.firstNanos() - loop.clock.now());
        return timeoutNanos < 0 ? left : Math.min(left, timeoutNanos);
    }

    @Override
    public void wakeup() {
        woken = true;
        engine.wakeup();
    }

    // ---- opening and closing ----

    @Override
    public boolean hasIpv6() {
        return engine.hasIpv6();
    }

    @Override
    public Connection connect(SocketAddress remote, @Nullable SocketAddress local, SocketOptions options, ConnectionEvents events)
            throws IOException {
        Line line = new Line(events);
        line.secure(engine.connect(remote, local, options, line), client, (InetSocketAddress) remote);
        return line;
    }

    @Override
    public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
        Reception reception = new Reception(events);
        reception.acceptor = engine.listen(local, options, reception);
        return reception;
    }

    @Override
    public void close() {
        engine.close();
    }

    // ---- its handles ----

    /** A connection, and all that there is to tell of it. */
    private class Line implements Connection, ConnectionEvents, TlsEvents, HandshakeEvents {

        @Nullable ConnectionEvents above;
        private @Nullable TlsConnection connection;
        private boolean broken;

        Line(@Nullable ConnectionEvents above) {
            this.above = above;
        }

        void secure(Connection below, TlsOptions options, InetSocketAddress remote) {
            connection = tls.over(below, options, remote.getHostString(), remote.getPort(), this, this);
        }

        TlsConnection connection() {
            return Objects.requireNonNull(connection);
        }

        private ConnectionEvents above() {
            told = true;
            return Objects.requireNonNull(above);
        }

        // by the kit

        @Override
        public int offer(ByteBuffer bytes) throws IOException {
            return connection().offer(bytes);
        }

        @Override
        public int write(ByteBuffer lent) throws IOException {
            return connection().write(lent);
        }

        @Override
        public void pauseReading() {
            connection().pauseReading();
        }

        @Override
        public void resumeReading() {
            connection().resumeReading();
        }

        @Override
        public void shutdownOutput() {
            connection().shutdownOutput();
        }

        @Override
        public void close() {
            connection().close();
        }

        @Override
        public SocketAddress localAddress() {
            return connection().localAddress();
        }

        @Override
        public SocketAddress remoteAddress() {
            return connection().remoteAddress();
        }

        // by the engine

        @Override
        public void connected() {
            connection().connected();
        }

        @Override
        public void received(ByteBuffer bytes) {
            connection().received(bytes);
        }

        @Override
        public void inputEnded() {
            connection().inputEnded();
        }

        @Override
        public void written(int count) {
            connection().written(count);
        }

        @Override
        public void outputFailed(IOException cause) {
            connection().outputFailed(cause);
        }

        @Override
        public void failed(IOException cause) {
            connection().failed(cause);
        }

        @Override
        public void closed() {
            connection().closed();
        }

        // by TLS

        @Override
        public void secured() {
            above().connected();
        }

        @Override
        public void refused(IOException cause) {
            broke(cause);
        }

        @Override
        public void arrived(ByteBuffer bytes) {
            above().received(bytes);
        }

        @Override
        public void ended() {
            above().inputEnded();
        }

        @Override
        public void truncated(IOException cause) {
            broke(cause);
        }

        @Override
        public void sent(int count) {
            above().written(count);
        }

        @Override
        public void endSent() {
            // A transport does not tell.
        }

        @Override
        public void sendingFailed(IOException cause) {
            if (!broken) {
                above().outputFailed(cause);
            }
        }

        @Override
        public void broke(IOException cause) {
            if (!broken) {
                broken = true;
                above().failed(cause);
            }
        }

        @Override
        public void gone() {
            above().closed();
        }
    }

    /** Tells of a connection when it is secure. */
    private final class Reception implements Acceptor, AcceptorEvents {

        private final AcceptorEvents above;
        private final Set<Guest> guests = new LinkedHashSet<>();
        private @Nullable Acceptor acceptor;

        Reception(AcceptorEvents above) {
            this.above = above;
        }

        @Override
        public ConnectionEvents accepted(Connection below) {
            Guest guest = new Guest(this);
            guests.add(guest);
            guest.secure(below, server, (InetSocketAddress) below.remoteAddress());
            guest.connected();
            return guest;
        }

        @Override
        public void acceptFailed(IOException cause) {
            told = true;
            above.acceptFailed(cause);
        }

        @Override
        public void closed() {
            told = true;
            above.closed();
        }

        @Override
        public void pauseAccepting() {
            acceptor.pauseAccepting();
        }

        @Override
        public void resumeAccepting() {
            acceptor.resumeAccepting();
        }

        @Override
        public void close() {
            List.copyOf(guests).forEach(Guest::turnAway);
            acceptor.close();
        }

        @Override
        public SocketAddress localAddress() {
            return acceptor.localAddress();
        }
    }

    /** Who has been accepted, and is told of when it is secure. */
    private final class Guest extends Line {

        private final Reception reception;

        Guest(Reception reception) {
            super(null);
            this.reception = reception;
        }

        @Override
        public void secured() {
            reception.guests.remove(this);
            told = true;
            above = reception.above.accepted(this);
        }

        @Override
        public void refused(IOException cause) {
            turnAway();
        }

        void turnAway() {
            reception.guests.remove(this);
            close();
        }

        @Override
        public void gone() {
            if (above != null) {
                super.gone();
            }
        }
    }
}
