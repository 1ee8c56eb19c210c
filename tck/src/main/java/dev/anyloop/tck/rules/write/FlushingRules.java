package dev.anyloop.tck.rules.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Chapter WRITE of the specification, continued: bytes leave at once, wherever they were written. */
public abstract class FlushingRules extends Chapter {

    /** What makes the idle socket write, in a callback of its own choice; nothing else may happen afterwards. */
    @FunctionalInterface
    private interface Trigger {
        void arrange(EventLoop loop, Runnable write) throws Exception;
    }

    /** The peer hangs up when it has got the byte. Nothing turns the loop meanwhile: no timer, no interval. */
    private void assertLeaves(Trigger trigger) {
        int port = peerServer(peer -> peer.read(1));
        withLoop(loop -> connect(loop, port)
                .onConnect(s -> trigger.arrange(loop, () -> s.write("x")))
                .onClose((s, error) -> loop.close()));
    }

    @Rule({"WRITE-014", "WRITE-011"})
    void aWriteOfATaskLeaves() {
        assertLeaves((loop, write) -> loop.execute(write));
        assertLeaves((loop, write) -> helper(() -> loop.execute(write)));
    }

    @Rule({"WRITE-014", "WRITE-011"})
    void aWriteOfATimerLeaves() {
        assertLeaves((loop, write) -> loop.timer(Duration.ZERO, timer -> write.run()));
        assertLeaves((loop, write) -> loop.timer(Duration.ofMillis(2), timer -> write.run()));
    }

    @Rule({"WRITE-014", "WRITE-011"})
    void aWriteOfAnotherSocketsCallbackLeaves() {
        int port = peerServer(peer -> peer.send("x").end().hold());
        SocketOptions halfOpen = SocketOptions.defaults().withAllowHalfOpen(true);
        assertLeaves((loop, write) -> connect(loop, port).onConnect(other -> write.run()));
        assertLeaves((loop, write) -> connect(loop, port).onRead((other, data) -> write.run()));
        assertLeaves((loop, write) -> connect(loop, port, halfOpen).onEnd(other -> write.run()));
        assertLeaves((loop, write) -> connect(loop, refusingPort()).onError((other, error) -> write.run()));
        assertLeaves((loop, write) -> connect(loop, port).onConnect(other ->
                other.write(ByteBuffer.allocate(1), (same, error) -> write.run())));
    }

    @Rule({"WRITE-014", "WRITE-011"})
    void aWriteOfACloseCallbackLeaves() {
        assertLeaves((loop, write) -> connect(loop, refusingPort()).onClose((other, error) -> write.run()));
        assertLeaves((loop, write) -> {
            RecordedSocket other = connect(loop, peerServer(Peer::drain));
            other.onConnect(Socket::abort).onClose((same, error) -> write.run());
        });
        assertLeaves((loop, write) -> {
            Server server = listen(loop, socket -> {});
            server.onClose(same -> write.run()).close();
        });
    }

    @Rule({"WRITE-014", "WRITE-011"})
    void aWriteOfAnAcceptOrUncaughtCallbackLeaves() {
        assertLeaves((loop, write) ->
                peer(port(listen(loop, socket -> write.run())), Peer::drain));
        assertLeaves((loop, write) -> {
            loop.onUncaught((same, thrown) -> write.run());
            loop.execute(() -> {
                throw new IllegalStateException("to be caught");
            });
        });
    }

    // How soon it arrives

    @Rule("WRITE-013")
    void smallWritesOfAConnectedSocketAreNotHeldBack() {
        List<Long> rounds = new ArrayList<>();
        int port = peerServer(peer -> {
            for (int i = 0; i < 25; i++) {
                peer.read(2);
                peer.send("!");
            }
        });
        withLoop(loop -> {
            long[] start = new long[1];
            SocketCallback ask = s -> {
                start[0] = System.nanoTime();
                writeTwice(s);
            };
            connect(loop, port).onConnect(ask).onRead((s, data) -> {
                rounds.add(System.nanoTime() - start[0]);
                ask.run(s);
            });
        });
        assertNoStalls(rounds);
    }

    @Rule({"WRITE-013", "LISTEN-011"})
    void smallWritesOfAnAcceptedSocketAreNotHeldBack() {
        List<Long> rounds = Collections.synchronizedList(new ArrayList<>());
        withLoop(loop -> {
            Server server = listen(loop, accepted -> accepted.onRead((s, data) -> writeTwice(s)));
            peer(port(server), peer -> {
                for (int i = 0; i < 25; i++) {
                    long start = System.nanoTime();
                    peer.send("?").read(2);
                    rounds.add(System.nanoTime() - start);
                }
                loop.execute(server::close);
            });
        });
        assertNoStalls(rounds);
    }

    /** The second byte leaves when the kernel has taken the first, so they cannot share a segment. */
    private static void writeTwice(Socket socket) {
        socket.write(ByteBuffer.allocate(1), (s, error) -> s.write("b"));
    }

    /** A peer that delays its acknowledgements does so for 40 ms. */
    private static void assertNoStalls(List<Long> rounds) {
        List<Long> sorted = rounds.stream().sorted().toList();
        long median = TimeUnit.NANOSECONDS.toMillis(sorted.get(sorted.size() / 2));
        assertEquals(25, sorted.size());
        assertTrue(median < 25, "a round of two small writes takes " + median + " ms");
    }
}
