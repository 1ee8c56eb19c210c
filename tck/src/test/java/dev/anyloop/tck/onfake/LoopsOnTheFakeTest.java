package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.LoopOptions;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/** When loops return, by a clock that moves only while they wait. */
class LoopsOnTheFakeTest extends OnTheFake {

    @Rule("LOOP-003")
    void aLoopReturnsWhenTheLastLiveTimerHasFiredAndWaitsForNoOther() {
        run(loop -> {
            loop.timer(Duration.ofMillis(20), timer -> note("not live")).unref();
            loop.timer(Duration.ofMillis(10), timer -> note("live"));
        });
        note("returned");
        assertEquals(List.of("live@10", "returned@10"), log);
    }

    @Rule({"LOOP-004", "CONN-003"})
    void aConnectingSocketKeepsTheLoopUntilItGivesUp() {
        run(loop -> logged(loop.connect("10.0.0.1", 80)));
        assertEquals(List.of("error CONNECT_TIMEOUT@30000", "close CONNECT_TIMEOUT@30000"), log);
        log.clear();
        run(loop -> logged(loop.connect("10.0.0.1", 80)).unref());
        assertEquals(List.of("close@30000"), log);
    }

    @Rule("LOOP-005")
    void aSocketKeepsTheLoopRunningWhileItIsWanted() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            Socket socket = connect(loop, SocketOptions.defaults()).unref().unref();
            loop.run();
            socket.ref().ref();
            loop.timer(Duration.ofMillis(5), timer -> socket.unref()).unref();
            loop.run();
            note("returned");
        }
        assertEquals(List.of("returned@5", "close@5"), log);
    }

    @Rule("LOOP-008")
    void theTurnAfterAnEarlyStopDoesNotWait() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            loop.timer(Duration.ofMillis(10), timer -> note("timer"));
            loop.stop();
            loop.run();
            note("returned");
            loop.run();
        }
        assertEquals(List.of("returned@0", "timer@10"), log);
    }

    @Rule({"LOOP-008", "LOOP-002"})
    void theTurnAfterAnEarlyStopRunsWhatWasQueued() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            loop.execute(() -> note("task"));
            loop.timer(Duration.ZERO, timer -> note("timer"));
            loop.stop();
            loop.stop();
            loop.run();
            assertEquals(List.of("task@0", "timer@0"), log);
            loop.timer(Duration.ofMillis(5), timer -> note("next run"));
            loop.run();
        }
        assertEquals("next run@5", log.get(2));
    }

    @Rule("THREAD-002")
    void aLoopWhoseThreadHasEndedCanBeClosedByAnother() throws InterruptedException {
        EventLoop[] orphan = new EventLoop[1];
        Thread thread = new Thread(() -> {
            orphan[0] = fake.open(LoopOptions.defaults());
            connect(orphan[0], SocketOptions.defaults());
        });
        thread.start();
        thread.join();
        orphan[0].close();
        assertEquals(List.of("close@0"), log);
        assertEquals(0, orphan[0].stats().openSockets() + orphan[0].stats().closingSockets());
    }

    /** A peer that reads nothing. */
    private Socket stalled(EventLoop loop) {
        Socket socket = connect(loop, SocketOptions.defaults());
        peer().capacity(0);
        socket.write(ByteBuffer.allocate(9), (s, error) -> note(outcome("write", error)));
        return socket;
    }

    @Rule("LOOP-015")
    void whatIsLeftIsAbortedExactlyWhenTheGraceIsOver() {
        run(loop -> {
            stalled(loop);
            loop.interval(Duration.ofMillis(15), timer -> note("interval"));
            at(loop, 5, shutdown -> loop.shutdown(Duration.ofMillis(30)));
        });
        note("returned");
        assertEquals(List.of("interval@15", "interval@30", "write SOCKET_CLOSED@35", "close@35", "returned@35"), log);
    }

    @Rule({"LOOP-015", "CLOSE-006"})
    void whatIsAbortedWhenTheGraceIsOverIsReleasedBeforeRunReturns() {
        run(loop -> {
            logged(loop.connect("10.0.0.1", 80));
            fake.transport().holdCloses(true);
            loop.shutdown(Duration.ofMillis(30));
            at(loop, 60, l -> fake.transport().holdCloses(false));
            loop.execute(() -> note("task"));
        });
        note("returned");
        assertEquals(List.of("task@0", "close@60", "returned@60"), log);
    }

    @Rule({"LOOP-015", "CLOSE-002"})
    void theCloseTimeoutOfASocketHoldsWithinTheGrace() {
        run(loop -> {
            stalled(loop);
            at(loop, 5, shutdown -> loop.shutdown(Duration.ofMinutes(1)));
        });
        note("returned");
        assertEquals(List.of("write CLOSE_TIMEOUT@10005", "close CLOSE_TIMEOUT@10005", "returned@10005"), log);
    }

    @Rule("LOOP-015")
    void whatWasFlushedInTheGraceIsNotAborted() {
        run(loop -> {
            stalled(loop);
            at(loop, 5, shutdown -> loop.shutdown(Duration.ofMillis(30)));
            at(loop, 20, flush -> {
                peer().capacity(100);
                peer().read(100);
            });
        });
        note("returned");
        assertEquals(List.of("write@20", "close@20", "returned@20"), log);
    }

    @Rule("LOOP-015")
    void shutdownClosesServersAtOnce() {
        run(loop -> {
            loop.listen("10.0.0.2", 9000, (server, socket) -> {}).onClose(server -> note("closed"));
            at(loop, 5, l -> loop.shutdown(Duration.ofMillis(30)));
        });
        note("returned");
        assertEquals(List.of("closed@5", "returned@5"), log);
    }

    @Rule("LOOP-015")
    void aSecondShutdownReplacesTheGraceOfTheFirst() {
        run(loop -> {
            stalled(loop);
            at(loop, 5, l -> loop.shutdown(Duration.ofMillis(30)));
            at(loop, 10, l -> loop.shutdown(Duration.ofMillis(100)));
        });
        assertEquals(List.of("write SOCKET_CLOSED@110", "close@110"), log);
    }

    @Rule("LOOP-015")
    void withoutGraceNoTimePasses() {
        run(loop -> {
            stalled(loop);
            loop.hold();
            loop.timer(Duration.ofMillis(1), timer -> note("timer"));
            at(loop, 0, shutdown -> {
                loop.shutdown(Duration.ofMillis(-1));
                assertFalse(log.contains("close@0"));
            });
        });
        note("returned");
        assertEquals(List.of("write SOCKET_CLOSED@0", "close@0", "returned@0"), log);
    }

    @Rule({"LOOP-015", "LOOP-014"})
    void aHoldThatNobodyReleasesLastsForTheGrace() {
        run(loop -> {
            loop.hold();
            loop.shutdown(Duration.ofMillis(30));
        });
        note("returned");
        run(loop -> {
            Hold hold = loop.hold();
            at(loop, 7, release -> hold.release());
            loop.shutdown(Duration.ofMillis(30));
        });
        note("returned");
        assertEquals(List.of("returned@30", "returned@37"), log);
    }

    @Rule("LOOP-009")
    void closeGivesOneLastWriteToWhatTheKernelTakes() {
        run(loop -> {
            Socket socket = connect(loop, SocketOptions.defaults());
            peer().capacity(4);
            at(loop, 5, close -> {
                socket.write(ByteBuffer.allocate(3), (s, error) -> note(outcome("first", error)));
                socket.write(ByteBuffer.allocate(3), (s, error) -> note(outcome("second", error)));
                loop.close();
            });
        });
        assertEquals(4, peer().read(100).length);
        assertEquals(List.of("first@5", "second SOCKET_CLOSED@5", "close@5"), log);
    }
}
