package dev.anyloop.netty;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A transport driven by hand, with plain blocking sockets as peers. */
final class Driver implements AutoCloseable {

    final NettyTransport transport;
    private final List<Socket> peers = new ArrayList<>();

    /** Skips the test where the transport cannot be used. */
    Driver(String name) {
        assumeTrue(new NamedTransport(name).availability().available(), () -> "no " + name + " here");
        transport = new NettyTransport(EngineKind.named(name).newEngine());
    }

    static InetSocketAddress local(int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port);
    }

    void pollUntil(BooleanSupplier condition) throws IOException {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < limit, "not within 10 s");
            transport.poll(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    Acceptor listen(InetSocketAddress address, AcceptorEvents events) throws IOException {
        return transport.listen(address, ListenOptions.defaults(), events);
    }

    /** A connection that is made, reading nothing yet, and the socket at its other end. */
    Pair connected() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, local(0).getAddress())) {
            Recorder events = new Recorder();
            events.connection =
                    transport.connect(server.getLocalSocketAddress(), null, SocketOptions.defaults(), events);
            pollUntil(() -> events.has("connected"));
            Socket peer = server.accept();
            peers.add(peer);
            events.log.clear();
            return new Pair(events, peer);
        }
    }

    record Pair(Recorder events, Socket peer) {}

    @Override
    public void close() throws IOException {
        transport.close();
        for (Socket peer : peers) {
            peer.close();
        }
    }
}
