package dev.anyloop.conformance;

import dev.anyloop.Capability;
import dev.anyloop.DatagramOptions;
import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A good transport that passes everything on, for mutants to override a method of it or of its parts. */
class BrokenTransport implements Transport {

    final Transport good;

    BrokenTransport(Transport good) {
        this.good = good;
    }

    @Override
    public boolean poll(long timeoutNanos) throws IOException {
        return good.poll(timeoutNanos);
    }

    @Override
    public void wakeup() {
        good.wakeup();
    }

    @Override
    public boolean hasIpv6() {
        return good.hasIpv6();
    }

    @Override
    public Set<Capability> capabilities() {
        return good.capabilities();
    }

    @Override
    public Connection connect(
            SocketAddress remote, @Nullable SocketAddress local, SocketOptions options, ConnectionEvents events)
            throws IOException {
        Events broken = events(events);
        Link link = link(good.connect(remote, local, options, broken));
        broken.isOf(link);
        return link;
    }

    @Override
    public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
        return acceptor(good.listen(local, options, acceptorEvents(events)));
    }

    @Override
    public DatagramPort datagram(InetSocketAddress local, DatagramOptions options, DatagramEvents events) throws IOException {
        return good.datagram(local, options, events);
    }

    @Override
    public void close() {
        good.close();
    }

    /** What connections core gets. */
    Link link(Connection connection) {
        return new Link(connection);
    }

    /** What core is told about a connection. */
    Events events(ConnectionEvents events) {
        return new Events(events);
    }

    Acceptor acceptor(Acceptor acceptor) {
        return acceptor;
    }

    AcceptorEvents acceptorEvents(AcceptorEvents events) {
        return new Accepting(events);
    }

    class Accepting implements AcceptorEvents {
        final AcceptorEvents core;

        Accepting(AcceptorEvents core) {
            this.core = core;
        }

        @Override
        public ConnectionEvents accepted(Connection connection) {
            Link link = link(connection);
            Events events = events(core.accepted(link));
            events.isOf(link);
            return events;
        }

        @Override
        public void acceptFailed(IOException cause) {
            core.acceptFailed(cause);
        }

        @Override
        public void closed() {
            core.closed();
        }
    }

    static class Events implements ConnectionEvents {
        final ConnectionEvents core;
        @Nullable Link link;

        Events(ConnectionEvents core) {
            this.core = core;
        }

        private void isOf(Link connection) {
            link = connection;
            connection.events = this;
        }

        @Override
        public void connected() {
            core.connected();
        }

        @Override
        public void received(ByteBuffer bytes) {
            core.received(bytes);
        }

        @Override
        public void inputEnded() {
            core.inputEnded();
        }

        @Override
        public void written(int count) {
            core.written(count);
        }

        @Override
        public void outputFailed(IOException cause) {
            core.outputFailed(cause);
        }

        @Override
        public void failed(IOException cause) {
            core.failed(cause);
        }

        @Override
        public void closed() {
            core.closed();
        }
    }

    static class Link implements Connection {
        final Connection good;
        @Nullable Events events;

        Link(Connection good) {
            this.good = good;
        }

        @Override
        public int write(ByteBuffer lent) throws IOException {
            return good.write(lent);
        }

        @Override
        public int offer(ByteBuffer bytes) throws IOException {
            return good.offer(bytes);
        }

        @Override
        public void pauseReading() {
            good.pauseReading();
        }

        @Override
        public void resumeReading() {
            good.resumeReading();
        }

        @Override
        public void shutdownOutput() {
            good.shutdownOutput();
        }

        @Override
        public void close() {
            good.close();
        }

        @Override
        public SocketAddress localAddress() {
            return good.localAddress();
        }

        @Override
        public SocketAddress remoteAddress() {
            return good.remoteAddress();
        }
    }

    static class Listening implements Acceptor {
        final Acceptor good;

        Listening(Acceptor good) {
            this.good = good;
        }

        @Override
        public void pauseAccepting() {
            good.pauseAccepting();
        }

        @Override
        public void resumeAccepting() {
            good.resumeAccepting();
        }

        @Override
        public void close() {
            good.close();
        }

        @Override
        public SocketAddress localAddress() {
            return good.localAddress();
        }
    }
}
