package dev.anyloop.tck.rules.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.SocketChapter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Chapter CONN of the specification: what a connect that fails tells, and when it is given up. */
public abstract class ConnectFailureRules extends SocketChapter {

    private static final Duration TIMEOUT = Duration.ofMillis(40);

    private static ConnectOptions within(Duration timeout) {
        return ConnectOptions.defaults().withConnectTimeout(timeout);
    }

    private static void assertTells(Operation operation, String host, int port, NetworkException error) {
        assertEquals(operation, error.operation());
        assertEquals(host, error.host());
        assertEquals(port, error.port());
    }

    @Rule({"CONN-001", "CONN-002", "CONN-011"})
    void aRefusedConnectIsOneErrorThenClose() {
        int port = refusingPort();
        RecordedSocket socket = withSocket(loop -> {
            RecordedSocket refused = connect(loop, port);
            write(refused, "a");
            write(refused, "b");
            return refused;
        });
        assertEquals("error close", socket.trace());
        assertTells(Operation.CONNECT, LOCALHOST, port, assertFailed(ErrorKind.CONNECT_REFUSED, socket));
        assertEquals(List.of("a:CONNECT_REFUSED", "b:CONNECT_REFUSED"), socket.completions());
        assertNull(socket.socket().remoteAddress());
    }

    @Rule("CONN-001")
    void aRefusalIsPromptAndTheSameWithAllowHalfOpen() {
        int port = refusingPort();
        for (boolean halfOpen : new boolean[] {false, true}) {
            long[] taken = new long[1];
            RecordedSocket socket = withSocket(loop -> {
                long start = nanoTime();
                return connect(loop, port, SocketOptions.defaults().withAllowHalfOpen(halfOpen))
                        .onClose((s, error) -> taken[0] = nanoTime() - start);
            });
            assertEquals("error close", socket.trace());
            assertFailed(ErrorKind.CONNECT_REFUSED, socket);
            assertTrue(taken[0] < limits().promptly().toNanos(), Duration.ofNanos(taken[0]) + " until it was refused");
        }
    }

    @Rule("CONN-001")
    void manyRefusedConnectsDisturbNoOther() {
        int refusing = refusingPort();
        int serving = peerServer(peer -> peer.send("hello").end().readAll());
        List<RecordedSocket> refused = new ArrayList<>();
        RecordedSocket served = withSocket(loop -> {
            for (int i = 0; i < 50; i++) {
                refused.add(connect(loop, refusing));
            }
            return connect(loop, serving);
        });
        for (RecordedSocket socket : refused) {
            assertEquals("error close", socket.trace());
            assertFailed(ErrorKind.CONNECT_REFUSED, socket);
        }
        assertEquals("connect data end close", served.trace());
    }

    /** An engine may know by the descriptor's number only who was ready, and then take the new socket for the old. */
    @Rule({"CONN-003", "ORDER-008"})
    void whatWasReadyOnAnAbortedSocketIsNotToldToOneThatTakesItsPlace() {
        int count = 20;
        int silent = silentPort();
        CountDownLatch sent = latch(count);
        int port = peerServer(peer -> {
            peer.send("x");
            sent.countDown();
            peer.drain();
        });
        List<RecordedSocket> sockets = new ArrayList<>();
        List<RecordedSocket> successors = new ArrayList<>();
        withLoop(loop -> {
            AtomicInteger connected = new AtomicInteger();
            for (int i = 0; i < count; i++) {
                sockets.add(connect(loop, port).onConnect(s -> {
                    s.pause();
                    if (connected.incrementAndGet() == count) {
                        await(sent);
                        sockets.forEach(socket -> socket.socket().resume());
                    }
                }).onRead((s, data) -> {
                    for (RecordedSocket socket : sockets) {
                        socket.socket().abort();
                        RecordedSocket successor = record(loop.connect(LOCALHOST, silent, within(TIMEOUT)));
                        successors.add(successor.onConnect(Socket::abort));
                    }
                }));
            }
        });
        assertEquals(count, successors.size());
        for (RecordedSocket successor : successors) {
            assertEquals("error close", successor.trace());
            assertFailed(ErrorKind.CONNECT_TIMEOUT, successor);
        }
    }

    @Rule("CONN-001")
    void aRefusalOnIpv6IsTheSame() {
        assumeIpv6();
        int port = peers().refusingPort("::1");
        for (String host : List.of("::1", "[::1]")) {
            RecordedSocket socket = withSocket(loop -> record(loop.connect(host, port)));
            assertEquals("error close", socket.trace());
            assertTells(Operation.CONNECT, host, port, assertFailed(ErrorKind.CONNECT_REFUSED, socket));
        }
    }

    @Rule("CONN-002")
    void anErrorOfAConnectedSocketTellsWhereItWasConnected() {
        int port = peerServer(peer -> {
            peer.read(1);
            peer.reset();
        });
        RecordedSocket socket = withSocket(loop -> connect(loop, port).onConnect(s -> s.write("x")));
        assertEquals("connect error close", socket.trace());
        assertTells(Operation.READ, LOCALHOST, port, assertFailed(ErrorKind.CONNECTION_RESET, socket));
    }

    @Rule("CONN-002")
    void anErrorOfAnAcceptedSocketTellsItsPeer() {
        AtomicReference<InetSocketAddress> from = new AtomicReference<>();
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> peer(
                listenOnce(loop, SocketOptions.defaults(), socket -> {
                    sockets.add(socket);
                    socket.socket().write("x");
                }),
                peer -> {
                    from.set(peer.localAddress());
                    peer.read(1);
                    peer.reset();
                }));
        assertEquals("error close", sockets.get(0).trace());
        NetworkException error = assertFailed(ErrorKind.CONNECTION_RESET, sockets.get(0));
        assertTells(Operation.READ, from.get().getAddress().getHostAddress(), from.get().getPort(), error);
    }

    @Rule({"CONN-002", "ORDER-010"})
    void aLocalAddressOfAnotherMachineFailsTheSocketAndNotTheCall() {
        int port = refusingPort();
        InetSocketAddress elsewhere = new InetSocketAddress("192.0.2.1", 0); // nothing is sent, it cannot be bound
        RecordedSocket socket = withSocket(loop ->
                record(loop.connect(LOCALHOST, port, ConnectOptions.defaults().withLocalAddress(elsewhere))));
        assertEquals("error close", socket.trace());
        assertTells(Operation.CONNECT, LOCALHOST, port, assertFailed(ErrorKind.ADDRESS_NOT_AVAILABLE, socket));
    }

    @Rule({"CONN-002", "ERR-002"})
    void aLocalAddressOfAnotherFamilyFailsTheSocketAndAWildcardFitsBoth() {
        int port = refusingPort();
        assertEquals(ErrorKind.ADDRESS_NOT_AVAILABLE, failureFrom("::1", port));
        assertEquals(ErrorKind.CONNECT_REFUSED, failureFrom("::", port));
        assertEquals(ErrorKind.CONNECT_REFUSED, failureFrom("0.0.0.0", port));
        if (hasIpv6()) {
            assertEquals(ErrorKind.CONNECT_REFUSED, failureFrom(new InetSocketAddress("0.0.0.0", 0), "::1", peers().refusingPort("::1")));
            assertEquals(ErrorKind.CONNECT_REFUSED, failureFrom(new InetSocketAddress(mapped("0.0.0.0"), 0), "::1", peers().refusingPort("::1")));
        }
    }

    private ErrorKind failureFrom(String local, int port) {
        return failureFrom(new InetSocketAddress(local, 0), LOCALHOST, port);
    }

    private ErrorKind failureFrom(InetSocketAddress local, String host, int port) {
        ConnectOptions options = ConnectOptions.defaults().withLocalAddress(local);
        RecordedSocket socket = withSocket(loop -> record(loop.connect(host, port, options)));
        assertEquals("error close", socket.trace());
        return socket.expectedError().kind();
    }

    // The connect timeout

    @Rule({"CONN-003", "CONN-004", "CONN-011"})
    void aConnectThatHangsFailsWithTheConnectTimeoutAlone() {
        int port = silentPort();
        RecordedSocket socket = withSocket(loop -> {
            long start = nanoTime();
            RecordedSocket hanging = record(loop.connect(LOCALHOST, port, within(TIMEOUT)))
                    .onError((s, error) -> assertTrue(nanoTime() - start >= TIMEOUT.toNanos(), "early"));
            hanging.socket().readTimeout(TIMEOUT.dividedBy(4)).writeTimeout(TIMEOUT.dividedBy(4));
            write(hanging, "a");
            return hanging;
        });
        assertEquals("error close", socket.trace());
        assertTells(Operation.CONNECT, LOCALHOST, port, assertFailed(ErrorKind.CONNECT_TIMEOUT, socket));
        assertEquals(List.of("a:CONNECT_TIMEOUT"), socket.completions());
    }

    @Rule({"CONN-003", "CONN-004"})
    void theConnectTimeoutEndsWithTheConnection() {
        int port = peerServer(Peer::hold);
        RecordedSocket socket = withSocket(loop ->
                record(loop.connect(LOCALHOST, port, within(limits().mustNotHappen().dividedBy(2))))
                        .onConnect(s -> afterQuiet(loop, quiet -> {
                            assertTrue(s.isOpen());
                            s.close();
                        })));
        assertEquals("connect close", socket.trace());
        assertNull(socket.closeError());
    }

    /** On a busy machine the timeout may come first, so the best of some tries counts. */
    @Rule({"CONN-009", "CONN-003"})
    void aTimeoutTellsOfTheAddressesThatHaveFailedBefore() {
        assumeLinux();
        int port = silentPort();
        Throwable[] before = {};
        for (int tries = 1; tries <= 5 && before.length == 0; tries++) {
            ConnectOptions options = within(TIMEOUT.multipliedBy(tries));
            RecordedSocket socket = withSocket(resolving(host -> addresses("127.0.0.2", LOCALHOST)), loop ->
                    record(loop.connect("many.test", port, options)));
            assertEquals("error close", socket.trace());
            before = assertFailed(ErrorKind.CONNECT_TIMEOUT, socket).getCause().getSuppressed();
        }
        assertEquals(1, before.length);
        assertInstanceOf(IOException.class, before[0]);
    }
}
