package dev.anyloop.tck.rules.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Chapter LOOP of the specification, fourth part: what stopping a loop keeps, and when it takes effect. */
public abstract class LoopStopRules extends LoopChapter {

    /** Two sockets have data when the loop polls; which is served first is not specified. */
    @Rule("LOOP-006")
    void whatHasArrivedIsKeptWhenAnotherSocketStopsTheLoop() {
        CountDownLatch sent = latch(2);
        int port = peerServer(peer -> {
            peer.read(1);
            peer.send("hello").end();
            sent.countDown();
            peer.readAll();
        });
        withOpenLoop(loop -> {
            List<RecordedSocket> sockets = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                sockets.add(connect(loop, port).onRead((socket, data) -> loop.stop()));
            }
            when(loop, () -> sockets.stream().allMatch(socket -> socket.saw("connect")), both -> {
                sockets.forEach(socket -> socket.socket().write("x"));
                loop.stop();
            });
            loop.run();
            sent.await(); // their bytes and their end have arrived
            loop.run();
            assertEquals(List.of("connect", "connect data"),
                    sockets.stream().map(RecordedSocket::trace).sorted().toList());
            loop.run();
            loop.run();
            sockets.forEach(socket -> {
                assertEquals("connect data end close", socket.trace());
                assertEquals("hello", socket.text());
            });
        });
    }

    /** It leaves although the loop does not run any more. */
    @Rule({"LOOP-006", "WRITE-011"})
    void whatWasWrittenBeforeStopIsSent() {
        inEveryCallback(moment -> {
            CountDownLatch received = latch(1);
            withOpenLoop(loop -> {
                RecordedSocket socket = connectedTo(loop, "before stop", received);
                moment.arrange(loop, () -> {
                    socket.socket().write("before stop");
                    loop.stop();
                });
                loop.run();
                assertHappens(received, "what was written");
            });
        });
    }

    @Rule({"LOOP-006", "LOOP-007"})
    void stopInTheMiddleKeepsTheRestForTheNextRun() {
        List<String> seen = new ArrayList<>();
        withOpenLoop(loop -> {
            loop.execute(() -> {
                seen.add("task 1");
                loop.stop();
                loop.stop();
                loop.execute(() -> seen.add("task 3"));
                seen.add("after stop");
            });
            loop.execute(() -> seen.add("task 2"));
            loop.timer(Duration.ZERO, timer -> seen.add("timer"));
            loop.run();
            assertEquals(List.of("task 1", "after stop"), seen);
            loop.run();
        });
        seen.remove("timer");
        assertEquals(List.of("task 1", "after stop", "task 2", "task 3"), seen);
    }

    @Rule("LOOP-007")
    void serversSocketsAndTimersLiveThroughTheTimeBetweenTwoRuns() {
        withOpenLoop(loop -> {
            List<RecordedSocket> accepted = new ArrayList<>();
            Server server = listen(loop, accepted::add);
            CountDownLatch sent = latch(1);
            int port = peerServer(peer -> {
                peer.send("while stopped");
                sent.countDown();
                peer.readAll();
            });
            RecordedSocket socket = connect(loop, port).onConnect(s -> {
                s.pause();
                loop.stop();
            });
            loop.run();
            peer(port(server), peer -> peer.send("while stopped").end().readAll());
            sent.await();
            List<String> seen = new ArrayList<>();
            loop.timer(Duration.ofMillis(1), timer -> seen.add("timer"));
            socket.socket().resume();
            when(loop, () -> seen.size() == 1 && socket.byteCount() == 13 && accepted.size() == 1
                    && accepted.get(0).saw("close"), end -> loop.stop());
            loop.run();
            assertEquals("while stopped", socket.text());
            assertEquals("while stopped", accepted.get(0).text());
        });
    }

    /** The first stops the loop, and is told; the others are closed before they can be. */
    @Rule({"LOOP-007", "CLOSE-004"})
    void whoIsClosedBetweenTwoRunsIsNotToldThatHeHasConnected() {
        int port = peerServer(Peer::drain);
        List<RecordedSocket> sockets = new ArrayList<>();
        withOpenLoop(loop -> {
            for (int i = 0; i < 10; i++) {
                sockets.add(connect(loop, port).onConnect(s -> loop.stop()));
            }
            block(limits().mustNotHappen()); // all are connected by then, and one poll finds it
            loop.run();
            List<RecordedSocket> untold = sockets.stream().filter(socket -> !socket.saw("connect")).toList();
            assertEquals(9, untold.size());
            for (int i = 0; i < untold.size(); i++) {
                Socket socket = untold.get(i).socket();
                if (i % 2 == 0) {
                    socket.close();
                } else {
                    socket.abort();
                }
            }
            sockets.removeAll(untold);
            sockets.get(0).socket().close();
            loop.run();
            untold.forEach(socket -> assertEquals("close", socket.trace()));
        });
    }

    /** The first whom the server accepts stops the loop; the server is closed before it can hand over the others. */
    @Rule({"LOOP-007", "LISTEN-003"})
    void nobodyIsHandedOverByAServerThatWasClosedBetweenTwoRuns() {
        List<RecordedSocket> accepted = new ArrayList<>();
        withOpenLoop(loop -> {
            Server server = listen(loop, socket -> {
                accepted.add(socket);
                loop.stop();
            });
            for (int i = 0; i < 10; i++) {
                client(port(server));
            }
            loop.run();
            server.close();
            accepted.get(0).socket().close();
            loop.run();
        });
        assertEquals(1, accepted.size());
    }

    @Rule("LOOP-008")
    void stopBeforeRunIsRememberedForOneTurnThatDoesNotWait() {
        List<String> seen = new ArrayList<>();
        withOpenLoop(loop -> {
            loop.timer(Duration.ofHours(1), timer -> {});
            loop.timer(Duration.ZERO, timer -> seen.add("timer that is due"));
            loop.execute(() -> seen.add("task"));
            loop.stop();
            loop.stop();
            block(Duration.ofMillis(1));
            long turns = loop.stats().turns();
            loop.run();
            assertEquals(1, loop.stats().turns() - turns, "turns");
            assertEquals(List.of("task", "timer that is due"), seen);
            loop.run(init -> loop.timer(Duration.ofMillis(2), timer -> {
                seen.add("the next run is not affected");
                loop.stop();
            }));
        });
        assertEquals("the next run is not affected", seen.get(seen.size() - 1));
    }

    @Rule({"LOOP-008", "LOOP-002"})
    void initHasItsTurnInARunThatWasStoppedBefore() {
        List<String> seen = new ArrayList<>();
        withOpenLoop(loop -> {
            loop.hold();
            loop.execute(() -> seen.add("task"));
            loop.stop();
            loop.run(init -> seen.add("init"));
        });
        assertEquals(List.of("task", "init"), seen);
    }

    @Rule("LOOP-008")
    void stopInsideARunDoesNotReachTheNext() {
        withOpenLoop(loop -> {
            List<String> seen = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                loop.run(init -> {
                    loop.stop();
                    loop.stop();
                });
                loop.run(init -> loop.timer(Duration.ofMillis(1), timer -> seen.add("timer")));
            }
            assertEquals(List.of("timer", "timer", "timer"), seen);
            loop.run();
            loop.stop(); // after run() returned by itself
            long turns = loop.stats().turns();
            loop.hold();
            loop.run();
            assertEquals(1, loop.stats().turns() - turns, "turns");
            loop.close();
            loop.stop(); // does nothing
        });
    }

    /** A timer that is due in every turn comes before the completions and closes of that turn. */
    @Rule({"LOOP-007", "WRITE-004", "CLOSE-004"})
    void aTimerThatStopsEveryTurnStarvesNoCompletionAndNoClose() {
        int port = peerServer(Peer::drain);
        withOpenLoop(loop -> {
            RecordedSocket socket = connect(loop, port);
            socket.onConnect(s -> {
                s.write(ByteBuffer.allocate(1), socket.completion("written"));
                s.close();
            });
            loop.interval(Duration.ofNanos(1), timer -> loop.stop());
            runUntil(loop, () -> socket.saw("close"));
            assertEquals(List.of("written"), socket.completions());
        });
    }

    /** Data comes before the timers of a turn, and the one socket's before the other's. */
    @Rule({"LOOP-007", "TIMER-002", "READ-003"})
    void aFloodThatStopsEveryTurnStarvesNoTimerAndNoOtherSocket() {
        CountDownLatch over = latch(1);
        int flooding = peerServer(peer -> {
            try {
                while (over.getCount() > 0) {
                    peer.send(new byte[100_000]);
                }
            } catch (IOException e) {
                // the loop's side is gone
            }
        });
        int other = peerServer(peer -> peer.send("hello").hold());
        List<String> fired = new ArrayList<>();
        withOpenLoop(loop -> {
            RecordedSocket flood = connect(loop, flooding).onRead((s, data) -> loop.stop());
            runUntil(loop, () -> flood.saw("data"));
            RecordedSocket talker = connect(loop, other);
            loop.timer(Duration.ofMillis(1), timer -> fired.add("timer"));
            runUntil(loop, () -> talker.byteCount() == 5 && !fired.isEmpty());
            over.countDown();
            flood.socket().abort();
            talker.socket().abort();
            loop.run();
        });
    }

    private void runUntil(EventLoop loop, BooleanSupplier condition) {
        long start = nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(nanoTime() - start < limits().mustHappen().toNanos(), "it starves");
            block(Duration.ofMillis(1)); // in which more comes and falls due
            loop.run();
        }
    }

    /** One stop() for each run(): before it, as it begins, or while it waits. */
    @Rule({"LOOP-008", "THREAD-001"})
    void stopFromAnotherThreadIsNeverLost() {
        long limit = limits().mustHappen().toNanos();
        AtomicInteger round = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        withOpenLoop(loop -> {
            assertWorks(loop);
            loop.hold();
            helper(() -> {
                for (int next = 1; !over.get(); next++) {
                    while (round.get() < next && !over.get()) {
                        world().spin();
                    }
                    for (int delay = next % 100; delay > 0; delay--) { // to meet each moment of run()'s beginning
                        world().spin();
                    }
                    loop.stop();
                }
            });
            long start = nanoTime();
            while (nanoTime() - start < limit / 100) {
                round.incrementAndGet();
                loop.run();
            }
            over.set(true);
            assertTrue(nanoTime() - start < limit, "a stop() was lost");
        });
    }

    @Rule({"LOOP-006", "THREAD-001"})
    void stopFromAnotherThreadEndsTheWait() {
        int port = peerServer(Peer::hold);
        withOpenLoop(loop -> {
            RecordedSocket socket = connect(loop, port).onConnect(s -> helper(() -> {
                block(limits().mustNotHappen());
                loop.stop();
            }));
            loop.run();
            assertTrue(socket.socket().isOpen());
        });
    }
}
