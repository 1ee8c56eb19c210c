package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.Timer;
import dev.anyloop.tck.Rule;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.function.Executable;

/** What core refuses before a transport could hear of it, and the reason it gives. */
class MisuseOnTheFakeTest extends OnTheFake {

    private static final InetSocketAddress ADDRESS = new InetSocketAddress("10.0.0.1", 80);

    private static void refused(String reason, List<Executable> calls) {
        for (int i = 0; i < calls.size(); i++) {
            Executable call = calls.get(i);
            String message = assertThrows(IllegalStateException.class, call, "call " + i).getMessage();
            assertTrue(message.contains(reason), "call " + i + ": " + message);
        }
    }

    private static void onAnotherThread(Runnable calls) {
        Throwable[] failure = new Throwable[1];
        Thread other = new Thread(calls);
        other.setUncaughtExceptionHandler((thread, thrown) -> failure[0] = thrown);
        other.start();
        try {
            other.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (failure[0] != null) {
            throw new AssertionError("on the other thread", failure[0]);
        }
    }

    @Rule("THREAD-001")
    void aLoopRefusesEveryOtherThread() {
        run(loop -> {
            onAnotherThread(() -> {
                assertFalse(loop.inLoop());
                refused("use loop.execute()", List.of(
                        loop::run,
                        () -> loop.run(l -> {}),
                        loop::close,
                        () -> loop.shutdown(Duration.ZERO),
                        loop::hold,
                        () -> loop.timer(Duration.ZERO, timer -> {}),
                        () -> loop.interval(Duration.ofMillis(1), timer -> {}),
                        () -> loop.connect("10.0.0.1", 80),
                        () -> loop.connect(ADDRESS, ConnectOptions.defaults()),
                        () -> loop.listen("10.0.0.1", 80, (server, socket) -> {}),
                        () -> loop.listen(ADDRESS, ListenOptions.defaults(), (server, socket) -> {}),
                        () -> loop.onUncaught(null)));
            });
            assertTrue(loop.inLoop());
        });
    }

    @Rule("THREAD-001")
    void whatALoopMadeRefusesEveryOtherThread() {
        run(loop -> {
            Socket socket = connect(loop, SocketOptions.defaults());
            Server server = loop.listen("10.0.0.2", 9000, (same, accepted) -> {});
            Timer timer = loop.timer(Duration.ofMillis(5), fired -> loop.close());
            onAnotherThread(() -> {
                refused("use loop.execute()", List.of(
                        () -> socket.onConnect(s -> {}),
                        () -> socket.onRead((s, data) -> {}),
                        () -> socket.onEnd(s -> {}),
                        () -> socket.onDrain(s -> {}),
                        () -> socket.onError((s, error) -> {}),
                        () -> socket.onClose((s, error) -> {}),
                        () -> socket.write("text"),
                        () -> socket.write(new byte[1]),
                        () -> socket.write(ByteBuffer.allocate(1)),
                        () -> socket.write(ByteBuffer.allocate(1), (s, error) -> {}),
                        socket::pause,
                        socket::resume,
                        () -> socket.readTimeout(null),
                        () -> socket.writeTimeout(null),
                        socket::end,
                        socket::close,
                        socket::abort,
                        socket::isOpen,
                        socket::pendingBytes,
                        socket::ref,
                        socket::unref));
                refused("use loop.execute()", List.of(
                        server::pause,
                        server::resume,
                        server::close,
                        server::isOpen,
                        () -> server.onError((s, error) -> {}),
                        () -> server.onClose(s -> {}),
                        server::ref,
                        server::unref,
                        timer::cancel,
                        timer::isPending,
                        timer::ref,
                        timer::unref));
            });
            assertTrue(socket.isOpen() && server.isOpen() && timer.isPending());
            assertEquals(0, socket.pendingBytes());
        });
    }

    @Rule({"LOOP-007", "ORDER-010"})
    void aClosedLoopTakesNothingNew() {
        EventLoop loop = fake.open(LoopOptions.defaults());
        loop.close();
        loop.close();
        loop.shutdown(Duration.ofMillis(1));
        refused("is closed (open a new one)", List.of(
                loop::run,
                () -> loop.run(l -> {}),
                loop::hold,
                () -> loop.timer(Duration.ZERO, timer -> {}),
                () -> loop.interval(Duration.ofMillis(1), timer -> {}),
                () -> loop.connect("10.0.0.1", 80),
                () -> loop.connect(ADDRESS, ConnectOptions.defaults()),
                () -> loop.listen("10.0.0.1", 80, (server, socket) -> {}),
                () -> loop.listen(ADDRESS, ListenOptions.defaults(), (server, socket) -> {})));
        assertThrows(RejectedExecutionException.class, () -> loop.execute(() -> {}));
        assertEquals(0, loop.stats().queuedTasks());
    }

    @Rule("LOOP-015")
    void aLoopThatShutsDownNeitherConnectsNorListens() {
        run(loop -> {
            loop.shutdown(Duration.ofMillis(1));
            refused("is shutting down", List.of(
                    () -> loop.connect("10.0.0.1", 80),
                    () -> loop.connect(ADDRESS, ConnectOptions.defaults()),
                    () -> loop.listen("10.0.0.1", 80, (server, socket) -> {}),
                    () -> loop.listen(ADDRESS, ListenOptions.defaults(), (server, socket) -> {})));
        });
    }

    @Rule("LOOP-010")
    void runDoesNotNestAndTheLoopGoesOn() {
        run(loop -> {
            refused("running already", List.of(loop::run, () -> loop.run(l -> note("init"))));
            at(loop, 5, l -> note("timer"));
        });
        assertEquals(List.of("timer@5"), log);
    }

    @Rule({"ORDER-010", "ERR-005"})
    void portsAreRefusedBelowAndAboveTheirRangeOnly() {
        run(loop -> {
            for (int port : new int[] {-1, 0, 65_536}) {
                assertThrows(IllegalArgumentException.class, () -> loop.connect("10.0.0.1", port));
            }
            assertThrows(IllegalArgumentException.class,
                    () -> loop.connect(new InetSocketAddress("10.0.0.1", 0), ConnectOptions.defaults()));
            for (int port : new int[] {-1, 65_536}) {
                String message = assertThrows(IllegalArgumentException.class,
                        () -> loop.listen("10.0.0.1", port, (server, s) -> {})).getMessage();
                assertEquals("port out of range 0 to 65535: " + port, message);
            }
            assertEquals(0, loop.stats().servers() + loop.stats().connectingSockets());
            loop.connect("10.0.0.1", 1).abort();
            loop.connect("10.0.0.1", 65_535).abort();
            loop.listen("10.0.0.1", 0, (server, s) -> {}).close();
            loop.listen("10.0.0.1", 65_535, (server, s) -> {}).close();
        });
    }

    @Rule("ORDER-010")
    void aNegativeTimeoutIsRefusedAndChangesNothing() {
        run(loop -> connect(loop, SocketOptions.defaults()).readTimeout(Duration.ofMillis(7)).onConnect(s -> {
            assertThrows(IllegalArgumentException.class, () -> s.readTimeout(Duration.ofNanos(-1)));
            assertThrows(IllegalArgumentException.class, () -> s.writeTimeout(Duration.ofNanos(-1)));
        }));
        assertEquals(List.of("error READ_TIMEOUT@7", "close READ_TIMEOUT@7"), log);
    }

    /** A test of one method may not notice that it returns something else. */
    @Rule("ORDER-007")
    void whatCanBeChainedReturnsItself() {
        run(loop -> {
            assertSame(loop, loop.onUncaught(null));
            Socket socket = loop.connect("10.0.0.1", 80);
            for (Socket same : List.of(
                    socket.onConnect(s -> {}),
                    socket.onRead((s, data) -> {}),
                    socket.onEnd(s -> {}),
                    socket.onDrain(s -> {}),
                    socket.onError((s, error) -> {}),
                    socket.onClose((s, error) -> {}),
                    socket.pause(),
                    socket.resume(),
                    socket.readTimeout(null),
                    socket.writeTimeout(null),
                    socket.ref(),
                    socket.unref())) {
                assertSame(socket, same);
            }
            Server server = loop.listen("10.0.0.2", 9000, (same, accepted) -> {});
            for (Server same : List.of(
                    server.onError((s, error) -> {}),
                    server.onClose(s -> {}),
                    server.pause(),
                    server.resume(),
                    server.unref(),
                    server.ref())) {
                assertSame(server, same);
            }
            Timer timer = loop.timer(Duration.ZERO, fired -> {});
            assertSame(timer, timer.unref());
            assertSame(timer, timer.ref());
            assertSame(loop, socket.loop());
            assertSame(loop, server.loop());
            loop.close();
        });
    }
}
