package dev.anyloop.tck.rules.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.CompletionCallback;
import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.Timer;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Chapter ORDER of the specification: callbacks start neither inside calls nor inside each other. */
public abstract class ReentrancyRules extends Chapter {

    private static final int MORE_THAN_THE_KERNEL_TAKES = 16 << 20;

    private final Set<String> ran = new LinkedHashSet<>();
    private final List<RecordedSocket> sockets = new ArrayList<>();
    private boolean inside;

    /** An API call; no callback may run before it has returned. */
    private void call(Runnable apiCall) {
        inside = true;
        apiCall.run();
        inside = false;
    }

    private void callback(String name) {
        assertFalse(inside, name + " ran inside an API call");
        ran.add(name);
    }

    private CompletionCallback completion(String name) {
        return (s, error) -> callback(name);
    }

    @Rule("ORDER-001")
    void noCallbackRunsInsideACallOnTheLoop() {
        int refusing = refusingPort();
        int good = peerServer(peer -> peer.send("hello").end());
        withLoop(loop -> {
            call(() -> loop.execute(() -> callback("task")));
            call(() -> loop.timer(Duration.ZERO, timer -> callback("timer")));
            call(() -> loop.timer(Duration.ofSeconds(-1), timer -> callback("overdue timer")));
            call(() -> loop.interval(Duration.ofNanos(1), timer -> {
                callback("interval");
                timer.cancel();
            }));
            call(() -> loop.connect(LOCALHOST, refusing)
                    .onError((s, error) -> callback("error"))
                    .onClose((s, error) -> callback("close")));
            call(() -> loop.connect(LOCALHOST, good)
                    .onConnect(s -> callback("connect"))
                    .onRead((s, data) -> callback("data"))
                    .onEnd(s -> callback("end")));
            call(() -> loop.connect(LOCALHOST, good).onClose(completion("abort while connecting")).abort());
            call(() -> loop.listen(LOCALHOST, 0, (server, s) -> {})
                    .onClose(server -> callback("server close"))
                    .close());
            call(() -> loop.hold().release());
        });
        assertEquals(Set.of("task", "timer", "overdue timer", "interval", "error", "close", "connect", "data", "end",
                "abort while connecting", "server close"), ran);
    }

    @Rule("ORDER-001")
    void noCallbackRunsInsideACallOnASocket() {
        CountDownLatch mayRead = latch(1);
        int port = peerServer(peer -> {
            peer.send("hello");
            mayRead.await();
            peer.drain();
        });
        withLoop(loop -> {
            RecordedSocket socket = connect(loop, port);
            socket.onConnect(s -> {
                call(() -> s.write(ByteBuffer.allocate(0), completion("empty write")));
                call(() -> s.write(ByteBuffer.allocate(1), completion("write")));
                call(() -> s.write(ByteBuffer.allocate(MORE_THAN_THE_KERNEL_TAKES), completion("write that waits")));
                call(s::pause);
                afterQuiet(loop, l -> {
                    call(s::resume);
                    mayRead.countDown();
                });
            });
            socket.onRead((s, data) -> callback("data"))
                    .onDrain(s -> callback("drain"))
                    .onClose((s, error) -> callback("close"));
            when(loop, () -> ran.containsAll(List.of("data", "drain")), l -> finish(socket.socket()));
        });
        assertEquals(Set.of("empty write", "write", "write that waits", "drain", "data", "write after end",
                "write after close", "close"), ran);
    }

    private void finish(Socket s) {
        call(() -> s.readTimeout(Duration.ofNanos(1)));
        call(() -> s.readTimeout(null));
        call(s::end);
        call(() -> s.write(ByteBuffer.allocate(1), completion("write after end")));
        call(s::close);
        call(() -> s.write(ByteBuffer.allocate(1), completion("write after close")));
        call(s::close);
    }

    @Rule("ORDER-002")
    void callbacksDoNotNestHoweverTheyCauseEachOther() {
        withLoop(loop -> {
            Server server = listen(loop, accepted -> accepted
                    .onRead((s, data) -> {
                        s.write(data, guarded(loop, "completion"));
                        disturb(loop);
                    }));
            RecordedSocket client = connect(loop, port(server));
            client.onConnect(s -> s.write("ping"))
                    .onRead((s, data) -> {
                        disturb(loop);
                        if (client.byteCount() < 100) {
                            s.write(data, guarded(loop, "completion"));
                        } else {
                            s.close();
                            server.close();
                        }
                    });
            server.onClose(closed -> session(loop).callback("server close", () -> ran.add("server close")));
            sockets.add(client);
        });
        assertEquals(Set.of("timer", "task", "completion", "server close"), ran);
        assertEquals("connect data close", sockets.get(0).trace());
    }

    private CompletionCallback guarded(EventLoop loop, String name) {
        return (s, error) -> session(loop).callback(name, () -> ran.add(name));
    }

    private void disturb(EventLoop loop) {
        loop.timer(Duration.ZERO, timer -> session(loop).callback("timer", () -> ran.add("timer")));
        loop.execute(() -> {
            try {
                session(loop).callback("task", () -> ran.add("task"));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    /** What may be called anywhere and leaves the socket open. */
    private static void useAll(Socket s) {
        s.write("x");
        s.write(ByteBuffer.allocate(1), (s2, error) -> {});
        s.pause().resume();
        s.readTimeout(Duration.ofSeconds(30)).writeTimeout(Duration.ofSeconds(30)).readTimeout(null).writeTimeout(null);
        s.unref().ref();
        s.pendingBytes();
        s.isOpen();
    }

    private static void setAll(Socket s) {
        s.onConnect(s2 -> {}).onRead((s2, data) -> {}).onEnd(s2 -> {}).onDrain(s2 -> {}).onError((s2, error) -> {});
    }

    @Rule("ORDER-007")
    void everythingMayBeCalledInEveryCallback() {
        List<Consumer<Socket>> endings = List.of(s -> {}, Socket::end, Socket::close, Socket::abort, ReentrancyRules::setAll);
        int friendly = peerServer(peer -> peer.send("hello").end().drain());
        int refusing = refusingPort();
        for (Consumer<Socket> ending : endings) {
            for (String where : List.of("connect", "data", "end", "completion")) {
                useEverything(friendly, where, ending);
            }
            useEverything(refusing, "error", ending);
            useEverything(refusing, "close", ending);
        }
        assertEquals(Set.of("connect", "data", "end", "completion", "error", "close"), ran);
    }

    private void useEverything(int port, String where, Consumer<Socket> ending) {
        withLoop(loop -> {
            RecordedSocket socket = connect(loop, port);
            use(socket, where, s -> {
                ran.add(where);
                useAll(s);
                ending.accept(s);
            });
            loop.timer(limits().mustHappen().dividedBy(2), timer -> socket.socket().abort()).unref();
            socket.socket().write(ByteBuffer.allocate(1), (s, error) -> {
                if (where.equals("completion")) {
                    ran.add(where);
                    useAll(s);
                    ending.accept(s);
                }
            });
            sockets.add(socket);
        });
        assertTrue(sockets.get(sockets.size() - 1).saw("close"), where);
    }

    private static void use(RecordedSocket socket, String where, Consumer<Socket> reaction) {
        switch (where) {
            case "connect" -> socket.onConnect(reaction::accept);
            case "data" -> socket.onRead((s, data) -> reaction.accept(s));
            case "end" -> socket.onEnd(reaction::accept);
            case "error" -> socket.onError((s, error) -> reaction.accept(s));
            case "close" -> socket.onClose((s, error) -> reaction.accept(s));
            default -> { }
        }
    }

    @Rule("ORDER-007")
    void everythingMayBeCalledWhenItDrains() {
        CountDownLatch mayRead = latch(1);
        int port = peerServer(peer -> {
            mayRead.await();
            peer.drain();
        });
        withLoop(loop -> {
            RecordedSocket socket = connect(loop, port);
            socket.onConnect(s -> {
                assertFalse(s.write(new byte[MORE_THAN_THE_KERNEL_TAKES]));
                mayRead.countDown();
            }).onDrain(s -> {
                ran.add("drain");
                useAll(s);
                s.close();
            });
        });
        assertEquals(Set.of("drain"), ran);
    }

    @Rule("ORDER-007")
    void aClosedSocketDoesNothingAndDoesNotThrow() {
        int port = peerServer(peer -> peer.send("hello"));
        withLoop(loop -> {
            RecordedSocket socket = connect(loop, port);
            socket.onClose((s, error) -> {
                useAll(s);
                s.end();
                s.close();
                s.abort();
                assertFalse(s.write("late"));
                assertFalse(s.isOpen());
                assertEquals(0, s.pendingBytes());
                Timer later = loop.timer(Duration.ofMillis(1), timer -> useAll(s));
                assertTrue(later.isPending());
            });
            sockets.add(socket);
        });
        assertEquals("connect data end close", sockets.get(0).trace());
    }
}
