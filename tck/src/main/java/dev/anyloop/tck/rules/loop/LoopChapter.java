package dev.anyloop.tck.rules.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.LoopSession;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.run.Failure;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What the parts of chapter LOOP share: something in every kind of callback, and whether run() returns. */
abstract class LoopChapter extends Chapter {

    final LoopOptions neverResolving() {
        return LoopOptions.defaults().withResolver(host -> {
            try {
                latch(1).await();
            } catch (InterruptedException e) {
                // nobody waits for it any more
            }
            return List.of();
        });
    }

    /** A kind of callback. */
    @FunctionalInterface
    interface Moment {
        /** Sees to it that the action runs once, in such a callback; nothing is left then. */
        void arrange(EventLoop loop, LoopSession.Callback action);
    }

    @FunctionalInterface
    interface MomentTest {
        void test(Moment moment) throws Exception;
    }

    /** Runs the test with each kind of callback. */
    final void inEveryCallback(MomentTest test) {
        moments().forEach((name, moment) -> {
            try {
                test.test(moment);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("in " + name + ": " + e.getMessage(), e);
            }
        });
    }

    private Map<String, Moment> moments() {
        int peer = peerServer(p -> p.send("x").end().drain()); // a loop that is closed first resets it
        int refusing = refusingPort();
        Map<String, Moment> moments = new LinkedHashMap<>();
        moments.put("a task", (loop, action) -> loop.execute(() -> runSneakily(action)));
        moments.put("a timer", (loop, action) -> loop.timer(Duration.ZERO, timer -> action.run()));
        moments.put("an interval", (loop, action) -> loop.interval(Duration.ofMillis(1), timer -> {
            timer.cancel();
            action.run();
        }));
        moments.put("accept", this::inAccept);
        moments.put("connect", (loop, action) -> connect(loop, peer).onConnect(s -> action.run()));
        moments.put("data", (loop, action) -> connect(loop, peer).onRead((s, data) -> action.run()));
        moments.put("end", (loop, action) -> connect(loop, peer).onEnd(s -> action.run()));
        moments.put("completion", (loop, action) -> connect(loop, peer)
                .onConnect(s -> s.write(ByteBuffer.allocate(1), (done, error) -> action.run())));
        moments.put("drain", this::inDrain);
        moments.put("error", (loop, action) -> connect(loop, refusing).onError((s, error) -> action.run()));
        moments.put("close", (loop, action) -> connect(loop, refusing).onClose((s, error) -> action.run()));
        moments.put("server close", (loop, action) ->
                listen(loop, accepted -> {}).onClose(server -> action.run()).close());
        return moments;
    }

    private void inAccept(EventLoop loop, LoopSession.Callback action) {
        Server[] server = new Server[1];
        server[0] = listen(loop, accepted -> {
            server[0].close();
            accepted.socket().close();
            action.run();
        });
        peer(port(server[0]), Peer::drain);
    }

    private void inDrain(EventLoop loop, LoopSession.Callback action) {
        CountDownLatch written = latch(1);
        connect(loop, smallPeerServer(peer -> peer.await(written).drain()), SMALL)
                .onConnect(socket -> {
                    socket.write(new byte[big()]);
                    written.countDown();
                })
                .onDrain(socket -> {
                    socket.close();
                    action.run();
                });
    }

    private static void runSneakily(LoopSession.Callback action) {
        try {
            action.run();
        } catch (Throwable e) {
            Failure.sneak(e);
        }
    }

    /**
     * Something keeps run() from returning: unref'd timers fire only as long as it does, one after the other, because a slow
     * machine may take so long for the one turn of a loop that returns that the first of them is due.
     */
    static void assertKeepsRunning(EventLoop loop, String what) {
        int[] left = {3};
        fireUnrefd(loop, left);
        loop.run();
        assertEquals(0, left[0], "run() returned: " + what);
    }

    private static void fireUnrefd(EventLoop loop, int[] left) {
        loop.timer(Duration.ofMillis(1), timer -> {
            if (--left[0] > 0) {
                fireUnrefd(loop, left);
            } else {
                loop.stop();
            }
        }).unref();
    }

    /** Or else the watchdog has made it do so. */
    final void assertReturns(EventLoop loop, String what) {
        long start = nanoTime();
        loop.run();
        assertTrue(nanoTime() - start < limits().mustHappen().toNanos(), "run() did not return: " + what);
    }

    /** A socket whose peer counts the latch down when it has received the text, and then reads on to the end. */
    final RecordedSocket connectedTo(EventLoop loop, String expected, CountDownLatch received) {
        int port = peerServer(peer -> {
            if (peer.readText(expected.length()).equals(expected)) {
                received.countDown();
            }
            peer.drain();
        });
        RecordedSocket socket = connect(loop, port).onConnect(connected -> loop.stop());
        loop.run();
        return socket;
    }

    final void assertHappens(CountDownLatch latch, String what) throws InterruptedException {
        assertTrue(latch.await(limits().mustHappen().toNanos(), TimeUnit.NANOSECONDS), what);
    }
}
