package dev.anyloop.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anyloop.SocketOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;

class NioTransportTest extends NioTest {

    private final Recorder events = new Recorder();

    private void connect(SocketAddress remote) throws IOException {
        events.connection = transport.connect(remote, null, SocketOptions.defaults(), events);
    }

    /** The JDK closes such a channel itself, and its key with it. */
    @Test
    void aConnectionThatCouldNotBeMadeMayStillBePausedAndResumed() throws IOException {
        try (Socket nobody = new Socket()) {
            nobody.bind(local(0)); // and does not listen
            connect(nobody.getLocalSocketAddress());
            pollUntil(() -> events.has("failed"));
        } catch (ConnectException e) {
            return; // some systems refuse at once
        }
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
}
