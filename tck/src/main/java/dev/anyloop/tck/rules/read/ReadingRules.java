package dev.anyloop.tck.rules.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.SocketChapter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Chapter READ of the specification: what a data callback gets. Pausing is in {@link PausingRules}. */
public abstract class ReadingRules extends SocketChapter {

    /** The sizes are checked by {@link RecordedSocket}; here so much waits that a view could be too large. */
    @Rule("READ-001")
    void aViewHoldsOneByteTo64KiB() {
        int size = much(1);
        SocketOptions roomy = SocketOptions.defaults().withBufferSizes(256 * 1024, 0);
        AtomicInteger sent = new AtomicInteger();
        PeerScript inSteps = peer -> {
            for (byte[] step = new byte[16 * 1024]; sent.get() < size; sent.addAndGet(step.length)) {
                peer.send(step);
            }
            peer.end().readAll();
            sent.set(0);
        };
        for (RecordedSocket socket : bothWays(roomy, inSteps, socket -> {
            Socket s = socket.socket().pause();
            when(s.loop(), () -> sent.get() >= 128 * 1024, loop -> s.resume());
        })) {
            assertEquals("data end close", traceOf(socket));
            assertEquals(size, socket.byteCount());
        }
    }

    @Rule("READ-002")
    void aViewThatWasKeptIsEmpty() {
        PeerScript threeParts = peer -> {
            peer.send("one").read(1);
            peer.send("two").read(1);
            peer.send("three").end().readAll();
        };
        List<ByteBuffer> kept = new ArrayList<>();
        List<String> uncaught = new ArrayList<>();
        bothWays(threeParts, socket -> {
            kept.clear();
            socket.socket().loop().onUncaught((loop, thrown) -> uncaught.add(thrown.getMessage()));
            socket.onRead((s, view) -> {
                for (ByteBuffer old : kept) {
                    assertFalse(old.hasRemaining());
                    assertNotSame(old, view);
                }
                kept.add(view);
                s.loop().execute(() -> assertFalse(view.hasRemaining()));
                if (List.of("one", "onetwo").contains(socket.text())) {
                    s.write("x");
                    throw new IllegalStateException(socket.text());
                }
            });
        });
        assertTrue(kept.size() >= 3);
        assertEquals(List.of("one", "onetwo", "one", "onetwo"), uncaught);
    }

    @Rule("READ-003")
    void muchArrivesCompleteAndInOrder() {
        arriveComplete(socket -> {});
    }

    @Rule({"READ-003", "READ-007"})
    void theyAlsoDoIfTheCallbackPausesAtRandom() {
        arriveComplete(socket -> socket.onRead((s, view) -> {
            s.pause();
            switch (random().nextInt(4)) {
                case 0 -> s.resume();
                case 1 -> s.loop().execute(s::resume);
                case 2 -> s.loop().timer(Duration.ZERO, timer -> s.resume());
                default -> s.loop().execute(() -> s.resume().pause().loop().execute(s::resume));
            }
        }));
    }

    @Rule({"READ-003", "READ-007"})
    void theyAlsoDoIfSomebodyElsePausesAtRandom() {
        arriveComplete(socket -> {
            Socket s = socket.socket();
            s.loop().interval(Duration.ofMillis(1), timer -> {
                if (random().nextBoolean()) {
                    s.resume();
                } else {
                    s.pause();
                }
                if (!s.isOpen()) {
                    timer.cancel();
                }
            });
        });
    }

    private void arriveComplete(OnAccept setup) {
        byte[] sent = randomBytes(bulk(10));
        for (RecordedSocket socket : bothWays(peer -> peer.send(sent).end().readAll(), setup)) {
            assertEquals("data end close", traceOf(socket));
            assertSameBytes(sent, socket.bytes());
        }
    }

    @Rule({"READ-004", "HALF-001"})
    void dataComesBeforeTheEndThatCameWithIt() {
        comesBeforeItsEnd((socket, ended) -> whenConnected(socket, s -> ended.acquire()));
    }

    @Rule({"READ-004", "READ-007"})
    void itAlsoDoesOnASocketThatWasPaused() {
        comesBeforeItsEnd((socket, ended) -> {
            Socket s = socket.socket().pause();
            when(s.loop(), ended::tryAcquire, loop -> s.resume());
        });
    }

    @Rule({"READ-004", "READ-007"})
    void itAlsoDoesIfTheCallbackPauses() {
        comesBeforeItsEnd((socket, ended) -> socket.onRead((s, view) -> {
            s.pause();
            when(s.loop(), () -> ended.availablePermits() > 0, loop -> s.resume());
        }));
    }

    /** What a test does with a socket whose peer tells by a permit that it has ended. */
    @FunctionalInterface
    private interface WithEnd {
        void run(RecordedSocket socket, Semaphore ended) throws Exception;
    }

    private void comesBeforeItsEnd(WithEnd setup) {
        for (int size : new int[] {1, 100_000}) {
            byte[] sent = randomBytes(size);
            Semaphore ended = semaphore(0);
            PeerScript script = peer -> {
                peer.send(sent).end();
                ended.release();
                peer.readAll();
                ended.tryAcquire();
            };
            for (RecordedSocket socket : bothWays(script, s -> setup.run(s, ended))) {
                assertEquals("data end close", traceOf(socket));
                assertSameBytes(sent, socket.bytes());
                assertNull(socket.closeError());
            }
        }
    }

    @Rule("READ-008")
    void aSocketWithoutAReadCallbackDiscardsAndEnds() {
        PeerScript script = peer -> peer.send(new byte[bulk(10)]).end().readAll();
        List<String> events = new ArrayList<>();
        withLoop(loop -> told(loop.connect(address(peerServer(script)), connectOptions()), events));
        withLoop(loop -> peer(port(loop.listen(address(0), listenOptions(), (server, socket) -> {
            server.close();
            told(socket, events);
        })), script));
        assertEquals(List.of("end", "close null", "end", "close null"), events);
    }

    private static void told(Socket socket, List<String> events) {
        socket.onEnd(s -> events.add("end")).onClose((s, error) -> events.add("close " + error));
    }

    /** It has to be ended by the default of half-close alone, or the loop would not end. */
    @Rule({"READ-008", "HALF-002"})
    void aSocketWithoutAnyCallbackIsDoneWithItsPeer() {
        AtomicInteger ended = new AtomicInteger();
        withLoop(loop -> loop.connect(address(peerServer(peer -> {
            peer.send("hello").end().readAll();
            ended.incrementAndGet();
        })), connectOptions()));
        assertEquals(1, ended.get());
    }

    @Rule({"READ-008", "ORDER-009"})
    void aReadCallbackThatIsSetLateGetsWhatComesThen() {
        StringBuilder read = new StringBuilder();
        withLoop(loop -> {
            Socket socket = loop.connect(address(peerServer(peer -> {
                peer.send("lost").read(1);
                peer.send("found").end().readAll();
            })), connectOptions());
            when(loop, () -> loop.stats().bytesIn() == 4, later ->
                    socket.onRead((s, view) -> {
                        while (view.hasRemaining()) {
                            read.append((char) view.get());
                        }
                    }).write("x"));
        });
        assertEquals("found", read.toString());
    }

    /** All of them are readable in the same poll, and one that is served early pauses some of the others. */
    @Rule({"READ-009", "READ-007"})
    void fiftyClientsEachGetTheirOwnBytesBack() {
        int count = 50;
        CountDownLatch sent = latch(count);
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            int port = port(loop.listen(address(0), listenOptions(), (server, s) -> accepted(s, socket -> {
                sockets.add(socket.onRead((from, view) -> {
                    pauseSome(sockets, from);
                    assertAllEqual(socket.bytes());
                    from.write(view);
                }));
                if (sockets.size() == count) {
                    server.close();
                    await(sent);
                }
            })));
            for (int i = 0; i < count; i++) {
                byte[] own = pattern(i);
                peer(port, peer -> {
                    peer.send(own);
                    sent.countDown();
                    assertSameBytes(own, peer.read(own.length));
                });
            }
        });
        Map<Byte, Integer> seen = new HashMap<>();
        sockets.forEach(socket -> seen.merge(socket.bytes()[0], socket.byteCount(), Integer::sum));
        assertEquals(count, seen.size());
    }

    private static void pauseSome(List<RecordedSocket> sockets, Socket served) {
        for (int i = 0; i < sockets.size(); i += 3) {
            Socket other = sockets.get(i).socket();
            if (other != served && sockets.get(i).byteCount() == 0 && other.isOpen()) {
                EventLoop loop = other.pause().loop();
                loop.timer(Duration.ofMillis(1), timer -> other.resume());
            }
        }
    }

    @Rule("READ-009")
    void fiftySocketsThatConnectedEachGetTheirOwnBytesBack() {
        List<RecordedSocket> sockets = new ArrayList<>();
        int port = peerServer(peer -> peer.send(peer.read(pattern(0).length)).end().readAll());
        withLoop(loop -> {
            for (int i = 0; i < 50; i++) {
                sockets.add(connect(loop, port));
                sockets.get(i).socket().write(pattern(i));
            }
        });
        for (int i = 0; i < sockets.size(); i++) {
            assertSameBytes(pattern(i), sockets.get(i).bytes());
        }
    }

    private static byte[] pattern(int number) {
        byte[] bytes = new byte[20_000];
        Arrays.fill(bytes, (byte) number);
        return bytes;
    }

    private static void assertAllEqual(byte[] bytes) {
        for (byte b : bytes) {
            assertEquals(bytes[0], b, "a byte of another connection");
        }
    }

    @Rule("READ-010")
    void whatTheCallbackLeavesInTheViewIsNotDeliveredAgain() {
        PeerScript script = peer -> {
            peer.send("hello").read(1);
            peer.send("world").end().readAll();
        };
        for (RecordedSocket socket : bothWays(script, socket -> socket.onRead((s, view) -> {
            view.get();
            if (socket.text().equals("hello")) {
                s.write("x");
            }
        }))) {
            assertEquals("data end close", traceOf(socket));
            assertEquals("helloworld", socket.text());
        }
    }
}
