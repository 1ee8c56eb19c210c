package dev.anyloop.tck.rules.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.SocketChapter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import org.opentest4j.TestAbortedException;

/** Chapter CONN of the specification: connections from an address of the caller's choice. */
public abstract class LocalAddressRules extends SocketChapter {

    private static final Duration SECOND_WOULD_HAVE_BEGUN = Duration.ofMillis(400);

    private static ConnectOptions from(String host, int port) {
        return ConnectOptions.defaults().withLocalAddress(new InetSocketAddress(host, port));
    }

    private static ConnectOptions reusing(int port) {
        return reusing(LOCALHOST, port);
    }

    private static ConnectOptions reusing(String host, int port) {
        return from(host, port).withSocket(SocketOptions.defaults().withReuseAddress(true));
    }

    /**
     * It was free a moment ago, also of connections in TIME_WAIT. Below those that systems choose from, so that it is not given
     * to another socket of this machine in between.
     */
    private int freePort(String host) {
        for (int tries = 0; tries < 100; tries++) {
            int port = 16_384 + random().nextInt(16_384);
            try (ServerSocket server = world().serverSocket()) {
                server.setReuseAddress(false);
                server.bind(new InetSocketAddress(host, port));
                return port;
            } catch (IOException e) {
                // taken: another
            }
        }
        throw new AssertionError("no free port");
    }

    private boolean isFree(SocketAddress address) {
        try (java.net.Socket socket = world().socket()) {
            socket.bind(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Connects to a server on the host, and answers with what it and the socket say the client's address is. */
    private InetSocketAddress seenBy(String host, ConnectOptions options) {
        BlockingQueue<SocketAddress> seen = queue();
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
            for (String host : loopbacks()) {
                InetSocketAddress local = new InetSocketAddress(host, freePort(host));
                assertEquals(local, seenBy(host, from(wildcard, local.getPort())), wildcard);
            }
        }
    }

    /** Leaves a connection from that port in TIME_WAIT, as the end that is sent first does, and makes another. */
    private RecordedSocket connectTwice(ConnectOptions options) {
        int port = peerServer(peer -> peer.readAll());
        assertEquals("connect end close", connectAndEnd(port, options).trace());
        if (isFree(options.localAddress())) {
            throw new TestAbortedException("this system has too many connections in TIME_WAIT to keep another");
        }
        return connectAndEnd(port, options);
    }

    private RecordedSocket connectAndEnd(int port, ConnectOptions options) {
        return withSocket(loop -> record(loop.connect(LOCALHOST, port, options)).onConnect(Socket::end));
    }

    @Rule("CONN-015")
    void aPortInTimeWaitIsTakenUnlessBothMayReuseIt() {
        assumeLinux();
        RecordedSocket refused = connectTwice(from(LOCALHOST, freePort(LOCALHOST)));
        assertEquals("error close", refused.trace());
        assertFailed(ErrorKind.ADDRESS_IN_USE, refused);
        RecordedSocket reusing = connectTwice(reusing(freePort(LOCALHOST)));
        assertEquals("connect end close", reusing.trace());
    }

    /** Of a system too busy to keep what is in TIME_WAIT: Linux lets sockets with the option share a port in any state. */
    @Rule("CONN-015")
    void reuseAddressIsOnWhenThePortIsBound() throws IOException {
        assumeLinux();
        for (String host : loopbacks()) {
            try (java.net.Socket old = world().socket()) {
                old.setReuseAddress(true);
                old.bind(new InetSocketAddress(host, 0));
                assertEquals(old.getLocalSocketAddress(), seenBy(host, reusing(host, old.getLocalPort())));
            }
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

    /** Each has another port then, and nothing to wait for but the quarter of a second. */
    @Rule({"CONN-010", "CONN-015"})
    void attemptsFromOneLocalAddressRaceIfTheirPortsAreFree() {
        assumeLinux();
        int silent = silentPort();
        for (String local : List.of(LOCALHOST, "0.0.0.0")) {
            ConnectOptions patient = from(local, 0).withConnectTimeout(limits().mustHappen().dividedBy(2));
            RecordedSocket socket = withSocket(resolving(host -> addresses(LOCALHOST, "127.0.0.2")), loop -> {
                Server second = loop.listen("127.0.0.2", silent, (server, s) -> s.close());
                return record(loop.connect("many.test", silent, patient))
                        .onConnect(s -> assertEquals(second.localAddress(), s.remoteAddress()))
                        .onClose((s, error) -> second.close());
            });
            assertEquals("connect end close", socket.trace(), "from " + local);
        }
    }

    /** Also where the system would let both have it: there the second would connect at once, did it begin. */
    @Rule({"CONN-010", "CONN-015", "CONN-009"})
    void attemptsFromOneLocalPortWaitForEachOther() {
        assumeLinux();
        int silent = silentPort();
        List<Socket> accepted = new ArrayList<>();
        for (ConnectOptions from : List.of(from("0.0.0.0", freePort("0.0.0.0")), reusing(freePort("0.0.0.0")))) {
            RecordedSocket socket = withSocket(resolving(host -> addresses(LOCALHOST, "127.0.0.2")), loop -> {
                Server second = loop.listen("127.0.0.2", silent, (server, s) -> accepted.add(s));
                return record(loop.connect("many.test", silent, from.withConnectTimeout(SECOND_WOULD_HAVE_BEGUN)))
                        .onClose((s, error) -> second.close());
            });
            assertEquals("error close", socket.trace());
            assertEquals(0, assertFailed(ErrorKind.CONNECT_TIMEOUT, socket).getCause().getSuppressed().length, "attempts that failed");
            assertEquals(List.of(), accepted);
        }
    }
}
