package dev.anyloop.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.SocketOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;

class NioTransportTest extends NioTest {

    private final Recorder events = new Recorder();

    private void connect(SocketAddress remote) throws IOException {
        events.connection = transport.connect(remote, null, SocketOptions.defaults(), events);
    }

    @Test
    void aWakeupBeforePollMakesItReturn() throws IOException {
        transport.wakeup();
        assertTrue(transport.poll(-1));
    }

    @Test
    void closingTwiceAndWakingAfterwardsAreHarmless() {
        transport.close();
        transport.close();
        transport.wakeup();
    }

    @Test
    void connectedIsDeliveredByPoll() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, local(0).getAddress())) {
            connect(server.getLocalSocketAddress());
            try (Socket peer = server.accept()) {
                assertEquals("", events.log());
                pollUntil(() -> events.has("connected"));
                assertEquals(peer.getLocalSocketAddress(), events.connection.remoteAddress());
                assertEquals(peer.getRemoteSocketAddress(), events.connection.localAddress());
            }
            transport.poll(0);
            assertEquals("connected", events.log(), "it reads nothing before resumeReading");
        }
    }

    @Test
    void aRefusedConnectionFailsOnceThenCloses() throws IOException {
        int unused;
        try (ServerSocket server = new ServerSocket(0, 1, local(0).getAddress())) {
            unused = server.getLocalPort();
        }
        connect(local(unused));
        pollUntil(() -> events.has("failed"));
        transport.poll(0);
        events.connection.pauseReading();
        events.connection.resumeReading();
        events.connection.close();
        pollUntil(() -> events.has("closed"));
        assertEquals("failed closed", events.log());
    }

    @Test
    void anUnusableAddressIsAnIOException() {
        assertThrows(IOException.class, () -> connect(InetSocketAddress.createUnresolved("nowhere.invalid", 1)));
        assertThrows(IOException.class, () -> connect(UnixDomainSocketAddress.of("nowhere")));
        assertThrows(IOException.class, () -> transport.connect(
                local(1), new InetSocketAddress("::1", 0), SocketOptions.defaults(), events));
    }

    @Test
    void closingWhileConnectingBringsNothingButClosed() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, local(0).getAddress())) {
            connect(server.getLocalSocketAddress());
            events.connection.close();
            transport.poll(-1);
            assertEquals("closed", events.log());
        }
    }
}
