package dev.anyloop.tck.rules.write;

import static dev.anyloop.tck.rules.Medium.UNIX;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.NeedsSystem;
import dev.anyloop.tck.rules.NotOver;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Chapter WRITE of the specification, continued: bytes leave at once, wherever they were written. */
public abstract class FlushingRules extends Chapter {

    /** A peer that delays its acknowledgements does so for 40 ms. */
    private static final long STALL = TimeUnit.MILLISECONDS.toNanos(25);

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
        int port = peerServer(PeerScript.untilCut(peer -> peer.send("x").end().hold()));
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

    @Rule({"WRITE-014", "WRITE-011"})
    void aWriteOfAnIntervalLeaves() {
        assertLeaves((loop, write) -> loop.interval(Duration.ofMillis(1), timer -> {
            timer.cancel();
            write.run();
        }));
    }

    @Rule({"WRITE-014", "WRITE-011"})
    void aWriteOfADrainCallbackLeaves() {
        CountDownLatch written = latch(1);
        int port = smallPeerServer(peer -> peer.await(written).drain());
        assertLeaves((loop, write) -> connect(loop, port, SMALL)
                .onConnect(other -> {
                    other.write(new byte[big()]);
                    written.countDown();
                })
                .onDrain(other -> write.run()));
    }

    @Rule({"WRITE-014", "WRITE-011"})
    void aWriteOfInitLeaves() {
        int port = peerServer(peer -> peer.read(1));
        withOpenLoop(loop -> {
            RecordedSocket idle = connect(loop, port).onConnect(s -> loop.stop());
            loop.run();
            loop.run(init -> idle.socket().write("x"));
            assertEquals("connect end close", idle.trace());
        });
    }

    /** The loop goes on, or it does not: what was written before the exception leaves. */
    @Rule({"WRITE-014", "WRITE-011", "LOOP-011"})
    void aWriteOfACallbackThatThenThrowsLeaves() {
        IllegalStateException thrown = new IllegalStateException("after the write");
        for (boolean handled : new boolean[] {true, false}) {
            List<Throwable> caught = new ArrayList<>();
            CountDownLatch received = latch(1);
            int port = peerServer(peer -> {
                peer.send("?").read(1);
                received.countDown();
                peer.hold();
            });
            withOpenLoop(loop -> {
                loop.onUncaught(handled ? (same, uncaught) -> caught.add(uncaught) : null);
                loop.connect(address(port), connectOptions()).onRead((s, data) -> {
                    s.write("x");
                    loop.execute(loop::stop);
                    throw thrown;
                });
                try {
                    loop.run();
                } catch (IllegalStateException e) {
                    caught.add(e);
                }
                assertTrue(received.await(limits().mustHappen().toNanos(), TimeUnit.NANOSECONDS), "it stays");
            });
            assertEquals(List.of(thrown), caught);
        }
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
                start[0] = nanoTime();
                writeTwice(s);
            };
            connect(loop, port).onConnect(ask).onRead((s, data) -> {
                rounds.add(nanoTime() - start[0]);
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
                    long start = nanoTime();
                    peer.send("?").read(2);
                    rounds.add(nanoTime() - start);
                }
                loop.execute(server::close);
            });
        });
        assertNoStalls(rounds);
    }

    /** As a system does by itself, where its peers delay their acknowledgements. */
    @Rule({"WRITE-013", "LISTEN-011"})
    @NeedsSystem("a TCP that holds small writes back")
    @NotOver(value = UNIX, because = "there nothing ever is")
    void smallWritesAreHeldBackIfThatIsAskedFor() {
        assumeLinux();
        SocketOptions delaying = SocketOptions.defaults().withNoDelay(false);
        for (boolean connecting : new boolean[] {true, false}) {
            long[] longest = new long[1];
            PeerScript ask = peer -> {
                for (int i = 0; i < 50 && longest[0] < STALL; i++) {
                    long start = nanoTime();
                    peer.send("?").read(2);
                    longest[0] = Math.max(longest[0], nanoTime() - start);
                }
            };
            int port = peerServer(ask);
            withLoop(loop -> {
                if (connecting) {
                    connect(loop, port, delaying).onRead((s, data) -> writeTwice(s));
                } else {
                    ListenOptions options = listenOptions().withSocket(delaying);
                    peer(port(loop.listen(address(0), options, (server, socket) -> accepted(socket, accepted -> {
                        server.close();
                        accepted.onRead((s, data) -> writeTwice(s));
                    }))), ask);
                }
            });
            assertTrue(longest[0] >= STALL, "no round of two small writes took longer than " + longest[0] + " ns");
        }
    }

    /** The second byte leaves when the kernel has taken the first, so they cannot share a segment. */
    private static void writeTwice(Socket socket) {
        socket.write(ByteBuffer.allocate(1), (s, error) -> s.write("b"));
    }

    private static void assertNoStalls(List<Long> rounds) {
        List<Long> sorted = rounds.stream().sorted().toList();
        long median = sorted.get(sorted.size() / 2);
        assertEquals(25, sorted.size());
        assertTrue(median < STALL, "a round of two small writes takes " + median + " ns");
    }
}
