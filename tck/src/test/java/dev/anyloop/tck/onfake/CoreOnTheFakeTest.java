package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.LoopCallback;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.fake.FakeAcceptor;
import dev.anyloop.tck.fake.FakeConnection;
import dev.anyloop.tck.fake.FakeEventLoopProvider;
import dev.anyloop.tck.fake.FakePeer;
import dev.anyloop.tck.fake.FakeTransport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Core keeps its side of the seam; the fake throws at what the seam forbids (SEAM-001, SEAM-005, SEAM-006). */
class CoreOnTheFakeTest {

    private final FakeEventLoopProvider fake = new FakeEventLoopProvider();
    private final List<String> log = new ArrayList<>();

    private void run(LoopCallback init) {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            loop.run(init);
        }
    }

    /** A socket whose callbacks are logged. */
    private Socket connect(EventLoop loop) {
        return logged(loop.connect("10.0.0.1", 80)).onConnect(s -> log.add("connect"));
    }

    private Socket logged(Socket socket) {
        return socket.onRead((s, data) -> log.add("data:" + StandardCharsets.UTF_8.decode(data)))
                .onEnd(s -> log.add("end"))
                .onDrain(s -> log.add("drain"))
                .onError((s, error) -> log.add("error:" + error.kind()))
                .onClose((s, error) -> log.add("close"));
    }

    private FakeConnection connection() {
        return fake.transport().connection(0);
    }

    private String log() {
        return String.join(" ", log);
    }

    private static void after(EventLoop loop, long millis, LoopCallback step) {
        loop.timer(Duration.ofMillis(millis), timer -> step.run(loop));
    }

    @Rule({"SEAM-002", "LOOP-011"})
    void whatCallbacksThrowNeverReachesTheTransport() {
        run(loop -> {
            loop.onUncaught((l, thrown) -> log.add(thrown.getMessage()));
            loop.connect("10.0.0.1", 80)
                    .onConnect(s -> thrown("connect"))
                    .onRead((s, data) -> thrown("data"))
                    .onEnd(s -> thrown("end"))
                    .onClose((s, error) -> thrown("close"));
            loop.listen("10.0.0.2", 9000, (server, s) -> thrown("accept")).onClose(server -> thrown("server close"));
            connection().complete();
            connection().peer().send("x").end();
            fake.transport().acceptor(0).connect();
            after(loop, 10, EventLoop::close);
        });
        assertEquals(List.of("accept", "close", "connect", "data", "end", "server close"), log.stream().sorted().toList());
    }

    private static void thrown(String message) {
        throw new IllegalStateException(message);
    }

    @Rule("SEAM-005")
    void coreLendsOneBufferAfterAnotherHoweverLittleTheKernelTakes() {
        StringBuilder sent = new StringBuilder();
        StringBuilder arrived = new StringBuilder();
        run(loop -> {
            Socket socket = connect(loop);
            connection().complete();
            FakePeer peer = connection().peer().capacity(7);
            for (int i = 0; i < 200; i++) {
                sent.append(i).append(',');
                socket.write(i + ",");
            }
            loop.interval(Duration.ofMillis(1), timer -> {
                arrived.append(peer.readText());
                if (arrived.length() == sent.length()) {
                    timer.cancel();
                    socket.close();
                }
            });
        });
        assertEquals(sent.toString(), arrived.toString());
        assertEquals("connect close", log());
    }

    @Rule({"SEAM-012", "WRITE-004", "WRITE-010"})
    void ofALargeWriteOnlyWhatTheKernelDoesNotTakeIsCopied() {
        byte[] content = content(100_000);
        ByteArrayOutputStream arrived = new ByteArrayOutputStream();
        run(loop -> {
            Socket socket = connect(loop).onConnect(s -> {
                ByteBuffer bytes = direct(content);
                FakePeer peer = connection().peer().capacity(40_000);
                s.write(bytes, (same, error) -> log.add("completion:" + error + " at " + arrived.size()));
                assertFalse(bytes.hasRemaining());
                assertEquals(60_000, s.pendingBytes());
                bytes.clear().put(new byte[content.length]);
                loop.interval(Duration.ofMillis(1), timer -> {
                    arrived.writeBytes(peer.read(30_000));
                    if (arrived.size() == content.length) {
                        timer.cancel();
                        s.close();
                    }
                });
            });
            connection().complete();
        });
        assertArrayEquals(content, arrived.toByteArray());
        assertEquals("completion:null at 60000 close", log());
    }

    @Rule({"SEAM-012", "WRITE-001"})
    void aLargeWriteDoesNotOvertakeASmallOne() {
        byte[] content = content(40_000);
        run(loop -> {
            connect(loop).onConnect(s -> {
                s.write(content(7));
                s.write(direct(content));
                s.write(content(7));
                s.close();
            }).onClose((s, error) -> log.add("close"));
            connection().complete();
        });
        ByteBuffer arrived = ByteBuffer.wrap(connection().peer().read(Integer.MAX_VALUE));
        assertEquals(ByteBuffer.wrap(content(7)), arrived.slice(0, 7));
        assertEquals(ByteBuffer.wrap(content), arrived.slice(7, 40_000));
        assertEquals(ByteBuffer.wrap(content(7)), arrived.slice(40_007, 7));
    }

    @Rule({"SEAM-012", "WRITE-005", "WRITE-007"})
    void aLargeWriteThatFailsAtOnceIsReportedOnce() {
        run(loop -> {
            connect(loop).onConnect(s -> {
                connection().failOutput(new IOException("Broken pipe"));
                s.write(direct(content(40_000)), (same, error) -> log.add("completion:" + error.kind()));
                s.write(direct(content(40_000)), (same, error) -> log.add("completion:" + error.kind()));
                log.add("written");
            });
            connection().complete();
        });
        assertEquals("written error:CONNECTION_RESET completion:CONNECTION_RESET completion:CONNECTION_RESET close", log());
    }

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        return content;
    }

    private static ByteBuffer direct(byte[] content) {
        return ByteBuffer.allocateDirect(content.length).put(content).flip();
    }

    @Rule({"SEAM-006", "CLOSE-006"})
    void closeIsReportedWhenTheTransportHasReleasedTheHandle() {
        run(loop -> {
            Socket socket = connect(loop);
            Server server = loop.listen("10.0.0.2", 9000, (l, s) -> {}).onClose(s -> log.add("server close"));
            connection().complete();
            fake.transport().holdCloses(true);
            after(loop, 10, l -> {
                socket.close();
                server.close();
            });
            after(loop, 500, l -> {
                log.add("release");
                fake.transport().holdCloses(false);
            });
        });
        assertTrue(log().startsWith("connect release "), log());
        assertEquals(4, log.size());
    }

    @Rule({"SEAM-007", "READ-005"})
    void afterAFailedOutputTheInputIsReadToItsEndAndTheFirstCauseReported() {
        run(loop -> {
            Socket socket = connect(loop);
            connection().complete();
            after(loop, 10, l -> {
                socket.pause();
                connection().peer().send("last words").end();
                connection().failOutput(new IOException("Broken pipe"));
                socket.write("too late");
                socket.resume();
            });
        });
        assertEquals("connect data:last words error:CONNECTION_RESET close", log());
    }

    @Rule({"SEAM-007", "LISTEN-009"})
    void aFailedAcceptPausesTheServerForAWhile() {
        run(loop -> {
            loop.listen("10.0.0.2", 9000, (server, s) -> {
                log.add("accept");
                s.close();
                server.close();
            }).onError((server, error) -> log.add("error:" + error.kind()));
            FakeAcceptor acceptor = fake.transport().acceptor(0);
            acceptor.connect();
            acceptor.fail(new EngineException(24, "Too many open files"));
            long start = fake.clock().getAsLong();
            after(loop, 1, l -> assertTrue(acceptor.isPaused()));
            after(loop, 1_000, l -> {
                assertFalse(acceptor.isPaused());
                log.add("after " + Duration.ofNanos(fake.clock().getAsLong() - start).toMillis() + " ms");
            });
        });
        assertEquals("error:TOO_MANY_OPEN_FILES accept after 1000 ms", log());
    }

    @Rule({"SEAM-011", "READ-007"})
    void whatATransportHadReadBeforeThePauseIsKeptForTheResume() {
        run(loop -> {
            Socket socket = connect(loop);
            connection().complete();
            connection().readAhead();
            after(loop, 10, l -> {
                socket.pause();
                connection().peer().send("early").end();
            });
            after(loop, 20, l -> {
                assertEquals("connect", log());
                log.add("resume");
                socket.resume();
            });
        });
        assertEquals("connect resume data:early end close", log());
    }

    @Rule({"SEAM-011", "CLOSE-001"})
    void whatWasKeptGoesWithASocketThatIsAborted() {
        run(loop -> {
            Socket socket = connect(loop).onRead((s, data) -> {
                log.add("data");
                s.abort();
            });
            connection().complete();
            connection().readAhead();
            after(loop, 10, l -> {
                socket.pause();
                connection().peer().send("early").end();
            });
            after(loop, 20, l -> socket.resume());
        });
        assertEquals("connect data close", log());
    }

    @Rule({"CONN-013", "LOOP-006", "READ-005"})
    void whatBefallsAConnectionBeforeItsConnectCallbackComesAfterIt() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            List<Socket> late = new ArrayList<>();
            loop.run(l -> {
                loop.connect("10.0.0.2", 80).onConnect(s -> loop.stop()).unref();
                late.add(connect(loop));
                connection().complete();
                fake.transport().connection(1).complete();
            });
            fake.transport().connection(1).peer().send("hello").reset();
            late.get(0).write("x"); // its failure must not come first either
            loop.run();
        }
        assertEquals("connect data:hello error:CONNECTION_RESET close", log());
    }

    @Rule("THREAD-001")
    void aHoldThatIsReleasedIsCountedNoMore() {
        run(loop -> {
            Hold hold = loop.hold();
            assertEquals(1, loop.stats().holds());
            hold.release();
            hold.release();
            assertEquals(0, loop.stats().holds());
        });
    }

    @Rule({"SEAM-011", "LOOP-006"})
    void whatATransportDeliversAfterStopIsKeptForTheNextRun() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            loop.run(l -> {
                Socket first = connect(l).onRead((s, data) -> l.stop());
                connect(l);
                for (int i = 0; i < 2; i++) {
                    fake.transport().connection(i).complete();
                    fake.transport().connection(i).peer().send("hello").end();
                }
                first.onEnd(s -> log.add("first end"));
            });
            assertEquals("connect connect", log());
            loop.run();
        }
        assertEquals(2, log.stream().filter("close"::equals).count());
        assertTrue(log.containsAll(List.of("first end", "data:hello", "end")), log());
    }

    @Rule({"ORDER-010", "SEAM-003"})
    void aConnectThatFailsAtOnceIsReportedLater() {
        run(loop -> {
            fake.transport().failNext(new EngineException(101, "Network is unreachable"));
            connect(loop);
            log.add("returned");
        });
        assertEquals("returned error:UNREACHABLE close", log());
    }

    @Rule("SEAM-010")
    void aLoopClosesItsTransport() {
        FakeTransport[] transport = new FakeTransport[1];
        run(loop -> {
            transport[0] = fake.transport();
            connect(loop);
            loop.listen("10.0.0.2", 9000, (server, s) -> {});
            loop.close();
        });
        assertTrue(transport[0].isClosed());
    }

    /** The figure of the tick in the specification, as one string. */
    @Rule({"ORDER-003", "ORDER-004", "WRITE-011"})
    void aTurnHasOneOrder() {
        run(loop -> {
            Socket socket = connect(loop);
            connection().complete();
            after(loop, 10, l -> {
                FakePeer peer = connection().peer();
                peer.send("x");
                socket.onRead((s, data) -> {
                    log.add("data");
                    s.write(ByteBuffer.allocate(1), (s2, error) -> log.add("completion"));
                });
                l.execute(() -> {
                    log.add("task");
                    l.execute(() -> log.add("| task of task"));
                    l.timer(Duration.ZERO, timer -> log.add("timer, sent " + peer.readText().length()));
                });
            });
            after(loop, 20, l -> socket.abort());
        });
        assertEquals("connect task data timer, sent 1 completion | task of task close", log());
    }

    @Rule("SEAM-001")
    void theTransportOfALoopRefusesAnotherThread() throws InterruptedException {
        fake.open(LoopOptions.defaults()).close();
        FakeTransport transport = fake.transport();
        Thread other = new Thread(() -> {
            transport.wakeup();
            assertThrows(IllegalStateException.class, () -> transport.poll(0));
            log.add("refused");
        });
        other.start();
        other.join();
        assertEquals("refused", log());
    }
}
