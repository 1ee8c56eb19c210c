package dev.anyloop.tck.rules.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.Server;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.ChildJvm;
import dev.anyloop.tck.rules.LimitedServer;
import dev.anyloop.tck.rules.NeedsSystem;
import dev.anyloop.tck.rules.ServerProcess;
import dev.anyloop.tck.rules.ServerStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Chapter LOOP of the specification, seventh part: what a loop must not do to the process it is in. */
public abstract class LoopHarmRules extends LoopChapter {

    // Interrupts: each test clears the flag, which would disturb the kit

    private static void assertInterrupted(boolean expected) {
        assertEquals(expected, Thread.interrupted(), "the interrupt");
    }

    /** Answers one byte and ends. */
    private int answeringServer() {
        return peerServer(peer -> peer.send(peer.read(1)).end().readAll());
    }

    @Rule("LOOP-012")
    void anInterruptThatACallbackLeavesIsSetAgainWhenRunReturns() {
        int port = answeringServer();
        inEveryCallback(moment -> withOpenLoop(loop -> {
            long[] turns = new long[1];
            RecordedSocket witness = connect(loop, port);
            moment.arrange(loop, () -> {
                turns[0] = loop.stats().turns();
                loop.timer(Duration.ofMillis(25), timer -> {
                    assertNoSpin(loop, turns[0]);
                    witness.socket().write("x");
                });
                Thread.currentThread().interrupt();
            });
            loop.run();
            assertInterrupted(true);
            assertEquals("connect data end close", witness.trace());
            loop.run();
            assertInterrupted(false);
        }));
    }

    @Rule("LOOP-012")
    void anInterruptHoweverOftenNeitherStopsNorSpinsNorCloses() {
        int port = answeringServer();
        AtomicInteger interrupts = new AtomicInteger();
        withOpenLoop(loop -> {
            Thread owner = Thread.currentThread();
            RecordedSocket witness = connect(loop, port);
            listen(loop, accepted -> {}).unref();
            Hold hold = loop.hold();
            helper(() -> {
                for (int i = 0; i < 15; i++) {
                    owner.interrupt();
                    interrupts.incrementAndGet();
                    block(Duration.ofMillis(1));
                }
                loop.execute(() -> assertNoSpin(loop, 0));
                loop.execute(() -> witness.socket().write("x"));
                hold.release();
            });
            loop.run();
            Thread.interrupted(); // lost or not
            assertEquals("connect data end close", witness.trace());
        });
        assertEquals(15, interrupts.get());
    }

    @Rule("LOOP-012")
    void anInterruptBeforeRunIsStillThereAfterIt() {
        withOpenLoop(loop -> {
            assertWorks(loop);
            Thread.currentThread().interrupt();
            loop.run();
            assertInterrupted(true);
            loop.timer(Duration.ofMillis(2), timer -> assertNoSpin(loop, 0));
            Thread.currentThread().interrupt();
            loop.run();
            assertInterrupted(true);
        });
    }

    @Rule("LOOP-012")
    void anInterruptOutlivesAnExceptionAStopAndAClose() {
        withOpenLoop(loop -> {
            loop.onUncaught(null);
            loop.hold();
            loop.execute(() -> Thread.currentThread().interrupt());
            loop.timer(Duration.ofMillis(2), timer -> {
                throw new IllegalStateException("thrown");
            });
            assertThrows(IllegalStateException.class, loop::run);
            assertInterrupted(true);
            loop.execute(() -> Thread.currentThread().interrupt());
            loop.timer(Duration.ofMillis(2), timer -> loop.stop());
            loop.run();
            assertInterrupted(true);
            loop.execute(() -> Thread.currentThread().interrupt());
            loop.timer(Duration.ofMillis(2), timer -> loop.close());
            loop.run();
            assertInterrupted(true);
        });
    }

    @Rule({"LOOP-012", "LOOP-009"})
    void closeLeavesAnInterruptAlone() {
        List<String> closed = new ArrayList<>();
        withOpenLoop(loop -> {
            listen(loop, accepted -> {}).onClose(server -> closed.add("server"));
            loop.stop();
            loop.run();
            Thread.currentThread().interrupt();
            loop.close();
            assertInterrupted(true);
        });
        withOpenLoop(loop -> {
            for (int i = 0; i < 2; i++) {
                listen(loop, accepted -> {}).onClose(server -> {
                    closed.add("server");
                    Thread.currentThread().interrupt();
                });
            }
            loop.close();
            assertInterrupted(true);
        });
        assertEquals(List.of("server", "server", "server"), closed);
    }

    @Rule("LOOP-012")
    void anInterruptedCallbackMayConnectListenAndWrite() {
        int port = answeringServer();
        List<RecordedSocket> accepted = new ArrayList<>();
        List<RecordedSocket> sockets = new ArrayList<>();
        withOpenLoop(loop -> {
            loop.execute(() -> {
                Thread.currentThread().interrupt();
                connectAndListen(loop, accepted, sockets, port);
                assertTrue(Thread.currentThread().isInterrupted());
            });
            loop.run();
            assertInterrupted(true);
        });
        assertFalse(accepted.get(0).saw("error"));
        assertEquals("data end close", accepted.get(0).trace());
        assertEquals(List.of("connect end close", "connect data end close", "connect data end close"),
                sockets.stream().map(RecordedSocket::trace).toList());
    }

    private void connectAndListen(
            EventLoop loop, List<RecordedSocket> accepted, List<RecordedSocket> sockets, int port) {
        Server server = loop.listen(LOCALHOST, 0, (listening, socket) -> accepted(socket, recorded -> {
            accepted.add(recorded);
            listening.close();
            Thread.currentThread().interrupt();
        }));
        sockets.add(connect(loop, port(server)).onConnect(socket -> {
            socket.write("x");
            socket.end();
        }));
        sockets.add(connect(loop, port));
        sockets.add(record(loop.connect("localhost", port)));
        sockets.subList(1, 3).forEach(socket -> socket.socket().write("x"));
    }

    // Signals

    /** Each ends the wait of the loop as an interrupted system call. What comes meanwhile is there when it goes on. */
    @Rule({"LOOP-012", "TIMER-001"})
    @NeedsSystem("signals")
    void aProcessThatIsStoppedAndContinuedGoesOnWhereItWas() throws Exception {
        int times = 20;
        try (ServerProcess process = ServerProcess.start(backend(), 4096)) {
            Peer idle = client(process.port());
            Peer busy = client(process.port());
            ServerStatus before = greeted(busy);
            greeted(idle);
            for (int i = 0; i < times; i++) {
                process.signal("STOP");
                if (i % 2 == 0) {
                    busy.send("?");
                }
                process.signal("CONT");
                if (i % 2 == 0) {
                    assertEquals("fine", ServerStatus.answer(busy).first());
                }
            }
            ServerStatus after = ServerStatus.ask(idle);
            assertEquals("fine", after.first());
            assertTrue(after.turns() - before.turns() < 10 * times, "the loop spins: " + before + " " + after);
        }
    }

    private static ServerStatus greeted(Peer peer) throws IOException {
        assertEquals(LimitedServer.GREETING, peer.readText(LimitedServer.GREETING.getBytes(UTF_8).length));
        return ServerStatus.ask(peer);
    }

    // Printing

    @Rule("LOOP-013")
    void nothingIsPrintedThroughTheStreamsOfThisProcess() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = System.out;
        PrintStream err = System.err;
        PrintStream capture = new PrintStream(printed, true, UTF_8);
        System.setOut(capture);
        System.setErr(capture);
        try {
            new EventfulLife(provider()).live();
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        assertEquals("", printed.toString(UTF_8));
    }

    /** Native code prints past the streams of Java. */
    @Rule("LOOP-013")
    @NeedsSystem("what a process prints")
    void nothingIsPrintedByNativeCodeEither() throws Exception {
        ChildJvm child = ChildJvm.run(EventfulLife.class, providerForAnotherProcess(), limits());
        for (String stream : List.of(child.out(), child.err())) {
            String said = stream.lines().dropWhile(line -> !line.equals(EventfulLife.BEGIN)).collect(joining("\n"));
            assertEquals(EventfulLife.BEGIN + "\n" + EventfulLife.END, said, stream);
        }
        assertEquals(0, child.exit());
    }
}
