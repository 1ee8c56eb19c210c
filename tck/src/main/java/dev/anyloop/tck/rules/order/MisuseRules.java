package dev.anyloop.tck.rules.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anyloop.Capability;
import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopStats;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.Timer;
import dev.anyloop.TlsOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.Medium;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.function.Executable;

/** Chapter ORDER of the specification: misuse throws, the network calls back. */
@SuppressWarnings("DataFlowIssue") // null where it is not allowed is what is tested
public abstract class MisuseRules extends Chapter {

    private final List<RecordedSocket> sockets = new ArrayList<>();

    @Rule("ORDER-010")
    void nullIsRefusedWhereItIsNotAllowed() {
        withLoop(loop -> refused(loop, NullPointerException.class,
                () -> loop.execute(null),
                () -> loop.timer(null, timer -> {}),
                () -> loop.timer(Duration.ZERO, null),
                () -> loop.interval(null, timer -> {}),
                () -> loop.interval(Duration.ofSeconds(1), null),
                () -> loop.signal(null, signal -> {}),
                () -> loop.signal("WINCH", null),
                () -> loop.connect((String) null, 1),
                () -> loop.connect(LOCALHOST, 1, null),
                () -> loop.connect((InetSocketAddress) null, ConnectOptions.defaults()),
                () -> loop.listen(LOCALHOST, 0, null),
                () -> loop.listen(LOCALHOST, 0, null, (server, s) -> {}),
                () -> loop.listen((InetSocketAddress) null, ListenOptions.defaults(), (server, s) -> {}),
                () -> loop.shutdown(null)));
        withOpenLoop(loop -> assertThrows(NullPointerException.class, () -> loop.run(null)));
    }

    @Rule("ORDER-010")
    void nullIsRefusedByHandles() {
        int port = peerServer(Peer::drain);
        withLoop(loop -> {
            Socket socket = loop.connect(LOCALHOST, port);
            Server server = listen(loop, accepted -> {});
            refused(loop, NullPointerException.class,
                    () -> socket.onConnect(null),
                    () -> socket.onRead(null),
                    () -> socket.onEnd(null),
                    () -> socket.onDrain(null),
                    () -> socket.onError(null),
                    () -> socket.onClose(null),
                    () -> socket.write((ByteBuffer) null),
                    () -> socket.write((byte[]) null),
                    () -> socket.write((CharSequence) null),
                    () -> socket.write(null, (s, error) -> {}),
                    () -> socket.write(ByteBuffer.allocate(1), null),
                    () -> socket.startTls(null, s -> {}),
                    () -> socket.startTls(TlsOptions.client(), null),
                    () -> server.onError(null),
                    () -> server.onClose(null));
            assertEquals(0, socket.pendingBytes());
            socket.close();
            server.close();
        });
    }

    @Rule("ORDER-010")
    void whatIsOutOfRangeIsRefused() {
        withLoop(loop -> refused(loop, IllegalArgumentException.class,
                () -> loop.connect("", 1),
                () -> loop.connect(LOCALHOST, 0),
                () -> loop.connect(LOCALHOST, -1),
                () -> loop.connect(LOCALHOST, 65_536),
                () -> loop.connect(new InetSocketAddress(LOCALHOST, 0), ConnectOptions.defaults()),
                () -> loop.listen(LOCALHOST, -1, (server, s) -> {}),
                () -> loop.listen(LOCALHOST, 65_536, (server, s) -> {}),
                () -> loop.interval(Duration.ZERO, timer -> {}),
                () -> loop.interval(Duration.ofSeconds(-1), timer -> {})));
    }

    @Rule("ORDER-010")
    void aNegativeTimeoutIsRefused() {
        int port = peerServer(Peer::drain);
        withLoop(loop -> {
            Socket socket = loop.connect(LOCALHOST, port);
            refused(loop, IllegalArgumentException.class,
                    () -> socket.readTimeout(Duration.ofSeconds(-1)),
                    () -> socket.writeTimeout(Duration.ofNanos(-1)));
            socket.close();
        });
    }

    private static void refused(EventLoop loop, Class<? extends Throwable> with, Executable... calls) {
        LoopStats before = loop.stats();
        for (int i = 0; i < calls.length; i++) {
            assertThrows(with, calls[i], "call " + i);
        }
        LoopStats after = loop.stats();
        assertEquals(before.queuedTasks() + before.timers() + before.servers() + before.connectingSockets(),
                after.queuedTasks() + after.timers() + after.signals() + after.servers() + after.connectingSockets(),
                "a refused call has left something");
    }

    @Rule("ORDER-010")
    void nothingNewIsTakenByAClosedLoop() {
        withOpenLoop(loop -> {
            loop.close();
            List<Executable> calls = new ArrayList<>(List.<Executable>of(
                    loop::run,
                    () -> loop.run(l -> {}),
                    loop::hold,
                    () -> loop.timer(Duration.ZERO, timer -> {}),
                    () -> loop.interval(Duration.ofSeconds(1), timer -> {}),
                    () -> loop.signal("WINCH", signal -> {}),
                    () -> loop.connect(LOCALHOST, 1),
                    () -> loop.connect(new InetSocketAddress(LOCALHOST, 1), ConnectOptions.defaults()),
                    () -> loop.listen(LOCALHOST, 0, (server, s) -> {})));
            if (capabilities().contains(Capability.UNIX_SOCKETS)) {
                SocketAddress path = Medium.UNIX.address(LOCALHOST, 0);
                calls.add(() -> loop.connect(path, ConnectOptions.defaults()));
                calls.add(() -> loop.listen(path, ListenOptions.defaults(), (server, s) -> {}));
            }
            if (capabilities().contains(Capability.DATAGRAMS)) {
                calls.add(() -> loop.datagram(LOCALHOST, 0));
            }
            calls.forEach(call -> assertThrows(IllegalStateException.class, call));
        });
    }

    @Rule("ORDER-010")
    void whatIsClosedMayBeClosedAgain() {
        int port = peerServer(Peer::drain);
        withOpenLoop(loop -> {
            assertWorks(loop);
            Socket socket = loop.connect(LOCALHOST, port);
            Server server = listen(loop, accepted -> {});
            Timer timer = loop.timer(Duration.ofHours(1), t -> {});
            loop.run(l -> loop.close());
            for (int i = 0; i < 2; i++) {
                socket.pause().resume();
                socket.close();
                socket.abort();
                server.pause().resume();
                server.close();
                assertFalse(timer.cancel());
                loop.close();
            }
        });
    }

    /** A local address that is taken fails the connect inside the system call. */
    @Rule("ORDER-010")
    void aConnectThatFailsAtOnceIsNotThrown() {
        int port = peerServer(Peer::drain);
        int taken = peerServer(Peer::drain);
        withLoop(loop -> {
            ConnectOptions options = ConnectOptions.defaults().withLocalAddress(new InetSocketAddress(LOCALHOST, taken));
            sockets.add(record(loop.connect(LOCALHOST, port, options)));
            sockets.add(record(loop.connect(LOCALHOST, port)).onConnect(Socket::close));
        });
        assertEquals("error close", sockets.get(0).trace());
        assertEquals(ErrorKind.ADDRESS_IN_USE, sockets.get(0).expectedError().kind());
        assertEquals("connect close", sockets.get(1).trace());
    }
}
