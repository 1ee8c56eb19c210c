package dev.anyloop.nio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ListenOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A transport driven by hand, with plain blocking sockets as peers. */
@Timeout(30)
class NioTest {

    final NioTransport transport = open();
    private final List<Socket> peers = new ArrayList<>();

    private static NioTransport open() {
        try {
            return new NioTransport();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void closeAll() throws IOException {
        transport.close();
        for (Socket peer : peers) {
            peer.close();
        }
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

    Acceptor listen(AcceptorEvents events) throws IOException {
        return transport.listen(local(0), ListenOptions.defaults(), events);
    }

    Socket peerOf(Acceptor acceptor) throws IOException {
        InetSocketAddress address = (InetSocketAddress) acceptor.localAddress();
        Socket peer = new Socket(address.getAddress(), address.getPort());
        peers.add(peer);
        return peer;
    }

    /** An accepted connection, reading, and the socket at its other end. */
    Pair pair() throws IOException {
        return pair(new Recorder());
    }

    Pair pair(Recorder events) throws IOException {
        Acceptance acceptance = new Acceptance(() -> events);
        Acceptor acceptor = listen(acceptance);
        Socket peer = peerOf(acceptor);
        pollUntil(() -> !acceptance.accepted.isEmpty());
        acceptor.close();
        pollUntil(() -> acceptance.closed);
        events.connection.resumeReading();
        return new Pair(events, peer);
    }

    record Pair(Recorder events, Socket peer) {

        void send(String text) throws IOException {
            peer.getOutputStream().write(text.getBytes(US_ASCII));
        }

        void reset() throws IOException {
            peer.setSoLinger(true, 0);
            peer.close();
        }
    }
}
