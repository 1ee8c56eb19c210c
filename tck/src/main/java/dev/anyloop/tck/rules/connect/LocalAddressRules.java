package dev.anyloop.tck.rules.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.SocketChapter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Chapter CONN of the specification: connections from an address of the caller's choice. */
public abstract class LocalAddressRules extends SocketChapter {

    private static ConnectOptions from(String host, int port) {
        return ConnectOptions.defaults().withLocalAddress(new InetSocketAddress(host, port));
    }

    /** It was free a moment ago. */
    private static int freePort(String host) {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return server.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError("no free port", e);
        }
    }

    /** Connects to a server on the host, and answers with what it and the socket say the client's address is. */
    private InetSocketAddress seenBy(String host, ConnectOptions options) {
        BlockingQueue<SocketAddress> seen = new LinkedBlockingQueue<>();
        int port = peers().listen(host, 0, peer -> {
            seen.add(peer.socket().getRemoteSocketAddress());
            peer.end().readAll();
        });
        RecordedSocket socket = withSocket(loop -> record(loop.connect(host, port, options)));
        assertEquals("connect end close", socket.trace());
        assertEquals(seen.peek(), socket.socket().localAddress());
        return (InetSocketAddress) seen.remove();
    }

    @Rule("CONN-015")
    void aConnectionComesFromTheLocalAddress() {
        assumeLinux();
        InetSocketAddress seen = seenBy(LOCALHOST, from("127.0.0.2", 0));
        assertEquals("127.0.0.2", seen.getAddress().getHostAddress());
        assertNotEquals(0, seen.getPort());
    }

    @Rule("CONN-015")
    void aConnectionComesFromTheLocalPort() {
        InetSocketAddress local = new InetSocketAddress(LOCALHOST, freePort(LOCALHOST));
        assertEquals(local, seenBy(LOCALHOST, from(LOCALHOST, local.getPort())));
    }

    @Rule("CONN-015")
    void onIpv6ItComesFromTheLocalPortToo() {
        assumeIpv6();
        InetSocketAddress local = new InetSocketAddress("::1", freePort("::1"));
        assertEquals(local, seenBy("::1", from("::1", local.getPort())));
        assertNotEquals(0, seenBy("::1", from("::1", 0)).getPort());
    }

    @Rule("CONN-015")
    void aWildcardIsAnyAddressWithThatPort() {
        for (String wildcard : new String[] {"0.0.0.0", "::"}) {
            InetSocketAddress local = new InetSocketAddress(LOCALHOST, freePort("0.0.0.0"));
            assertEquals(local, seenBy(LOCALHOST, from(wildcard, local.getPort())), wildcard);
        }
    }

    @Rule({"CONN-015", "ERR-002"})
    void aLocalPortThatIsTakenFailsTheSocket() {
        int taken = refusingPort();
        int port = peerServer(peer -> peer.end().readAll());
        RecordedSocket socket = withSocket(loop -> record(loop.connect(LOCALHOST, port, from(LOCALHOST, taken))));
        assertEquals("error close", socket.trace());
        assertFailed(ErrorKind.ADDRESS_IN_USE, socket);
    }
}
