package dev.anyloop.tck.rules.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopCallback;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.SocketChapter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Chapter READ of the specification: pause and resume. */
public abstract class PausingRules extends SocketChapter {

    private static final int CHUNK = 65_536;
    private static final int MOST_UNDER_WAY = 1024 * 1024 - 1; // when it is paused, in the engine

    @Rule("READ-006")
    void aSocketThatIsPausedFromTheStartStallsItsPeer() {
        stallsItsPeer(0, 1, socket -> socket.socket().pause(), MOST_UNDER_WAY);
    }

    /** When an engine need not wait for room any more, it must not begin to wait for input. */
    @Rule("READ-006")
    void aSocketThatIsPausedStaysSoWhenItsBacklogIsSent() {
        stallsItsPeer(big(), 1, socket -> socket.socket().pause().write(new byte[big()]), MOST_UNDER_WAY);
    }

    @Rule("READ-006")
    void aSocketThatIsPausedInTheMiddleStallsItsPeer() {
        stallsItsPeer(0, CHUNK, socket -> socket.onRead((s, view) -> {
            if (socket.byteCount() >= CHUNK) {
                s.pause();
                socket.onRead((t, rest) -> {});
            }
        }), CHUNK + MOST_UNDER_WAY);
    }

    /**
     * The buffers of both kernels are kept small, so that all that is sent cannot hide in them.
     *
     * @param leastSent so much has come when the socket is paused; a peer that stops before has no processor
     */
    private void stallsItsPeer(int backlog, int leastSent, OnAccept pausing, int mostRead) {
        int size = bulk(5);
        AtomicInteger sent = new AtomicInteger();
        PeerScript script = peer -> {
            peer.socket().setSendBufferSize(CHUNK);
            peer.read(backlog);
            for (byte[] step = new byte[4096]; sent.get() < size; sent.addAndGet(step.length)) {
                peer.send(step);
            }
            peer.end().readAll();
            sent.set(0);
        };
        SocketOptions small = SocketOptions.defaults().withBufferSizes(CHUNK, CHUNK);
        for (RecordedSocket socket : bothWays(small, script, socket -> {
            pausing.accepted(socket);
            EventLoop loop = socket.socket().loop();
            whenStill(loop, sent::get, leastSent, still -> {
                assertTrue(sent.get() < size, "the peer is not stalled");
                assertTrue(loop.stats().bytesIn() <= mostRead, loop.stats().bytesIn() + " bytes were read");
                socket.socket().resume();
            });
        })) {
            assertEquals("data end close", traceOf(socket));
            assertEquals(size, socket.byteCount());
        }
    }

    /** Runs an action when a number that is at least so much has not changed for the quiet time. */
    private void whenStill(EventLoop loop, LongSupplier number, int least, LoopCallback action) {
        AtomicLong last = new AtomicLong();
        AtomicLong since = new AtomicLong();
        when(loop, () -> {
            long now = number.getAsLong();
            if (now < least || last.getAndSet(now) != now) {
                since.set(nanoTime());
            }
            return nanoTime() - since.get() >= limits().mustNotHappen().toNanos();
        }, action);
    }

    @Rule({"READ-006", "HALF-007"})
    void aPausedSocketCostsNothingWhateverItsPeerDoes() {
        List<PeerScript> scripts = List.of(
                peer -> peer.send("hello"),
                peer -> peer.send("hello").end(),
                Peer::end,
                Peer::reset,
                peer -> peer.send("hello").reset());
        CountDownLatch done = latch(scripts.size());
        withLoop(loop -> {
            AtomicInteger connected = new AtomicInteger();
            for (PeerScript script : scripts) {
                connect(loop, peerServer(peer -> {
                    peer.read(1);
                    script.run(peer);
                    done.countDown();
                    peer.hold();
                })).onConnect(s -> {
                    s.pause().write("x");
                    connected.incrementAndGet();
                });
            }
            when(loop, () -> connected.get() == scripts.size() && done.getCount() == 0, then -> assertStill(loop));
        });
    }

    @Rule("READ-007")
    void whilePausedNothingComesAndAfterResumeAllOfIt() {
        comesAfterResume(socket -> socket.socket().pause());
    }

    @Rule("READ-007")
    void pausingInTheConnectCallbackIsInTime() {
        comesAfterResume(socket -> whenConnected(socket, Socket::pause));
    }

    @Rule("READ-007")
    void theLastOfManyPausesAndResumesCounts() {
        comesAfterResume(socket -> socket.socket().resume().pause().pause().resume().resume().pause().pause());
    }

    private void comesAfterResume(OnAccept pausing) {
        Semaphore ended = semaphore(0);
        PeerScript script = peer -> {
            peer.send("hello").end();
            ended.release();
            peer.readAll();
        };
        for (RecordedSocket socket : bothWays(script, socket -> {
            pausing.accepted(socket);
            EventLoop loop = socket.socket().loop();
            when(loop, ended::tryAcquire, then -> afterQuiet(loop, quiet -> {
                assertEquals("", traceOf(socket));
                socket.socket().resume().resume();
                assertEquals("", traceOf(socket), "called back inside the call");
            }));
        })) {
            assertEquals("data end close", traceOf(socket));
            assertEquals("hello", socket.text());
        }
    }

    @Rule({"READ-007", "ORDER-008"})
    void aCallbackThatPausesGetsOneChunkAtATime() {
        int size = much(1);
        for (RecordedSocket socket : bothWays(peer -> peer.send(new byte[size]).end().readAll(), socket -> {
            AtomicInteger allowed = new AtomicInteger(1);
            socket.onRead((s, view) -> {
                assertEquals(1, allowed.getAndDecrement(), "data while paused");
                s.pause();
                s.loop().timer(Duration.ofMillis(1), timer -> {
                    allowed.incrementAndGet();
                    s.resume();
                });
            }).onEnd(s -> assertEquals(1, allowed.get(), "end while paused"));
        })) {
            assertEquals("data end close", traceOf(socket));
            assertEquals(size, socket.byteCount());
        }
    }

    /** All are readable in the same poll; what the engine had already read must not be lost, nor come too soon. */
    @Rule({"READ-007", "ORDER-008"})
    void theFirstOfABatchMayPauseTheOthers() {
        int count = 5;
        CountDownLatch ended = latch(count);
        int port = peerServer(peer -> {
            peer.send("hello").end();
            ended.countDown();
            peer.readAll();
        });
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            AtomicInteger connected = new AtomicInteger();
            for (int i = 0; i < count; i++) {
                sockets.add(connect(loop, port).onConnect(s -> {
                    s.pause();
                    if (connected.incrementAndGet() == count) {
                        await(ended);
                        sockets.forEach(socket -> socket.socket().resume());
                    }
                }).onRead((s, view) -> {
                    sockets.stream().map(RecordedSocket::socket).filter(other -> other != s).forEach(Socket::pause);
                    sockets.forEach(socket -> socket.onRead((t, rest) -> {}));
                    afterQuiet(loop, quiet -> resumeOneByOne(loop, sockets));
                }));
            }
        });
        for (RecordedSocket socket : sockets) {
            assertEquals("connect data end close", socket.trace());
            assertEquals("hello", socket.text());
        }
    }

    private void resumeOneByOne(EventLoop loop, List<RecordedSocket> sockets) {
        List<RecordedSocket> waiting = sockets.stream().filter(socket -> !socket.saw("data")).toList();
        assertEquals(sockets.size() - 1, waiting.size(), "data or end while paused");
        for (RecordedSocket socket : waiting) {
            assertEquals("connect", socket.trace());
            socket.socket().resume().pause();
        }
        afterQuiet(loop, quiet -> {
            for (RecordedSocket socket : waiting) {
                assertEquals("connect", socket.trace(), "resumed and paused in one turn");
                socket.socket().resume();
            }
        });
    }

    @Rule({"READ-007", "CLOSE-001"})
    void aPausedSocketThatIsClosedHearsOfNothingElse() {
        for (boolean gracefully : new boolean[] {true, false}) {
            Semaphore ended = semaphore(0);
            PeerScript script = peer -> {
                peer.send("hello").end();
                ended.release();
                peer.drain();
            };
            for (RecordedSocket socket : bothWays(script, socket -> {
                Socket s = socket.socket().pause();
                when(s.loop(), () -> s.remoteAddress() != null && ended.tryAcquire(), loop -> {
                    if (gracefully) {
                        s.close();
                    } else {
                        s.abort();
                    }
                    s.resume();
                    assertFalse(s.isOpen());
                });
            })) {
                assertEquals("close", traceOf(socket));
                assertNull(socket.closeError());
            }
        }
    }
    /** An engine that reads on as soon as it may must not do so into what it has lent. */
    @Rule({"READ-002", "READ-007"})
    void aViewStaysAsItIsThoughReadingWasPausedAndResumed() {
        byte[] sent = randomBytes(much(1));
        int[] looks = new int[1];
        for (RecordedSocket socket : bothWays(peer -> peer.send(sent).end().readAll(), socket -> socket.onRead((s, data) -> {
            ByteBuffer before = ByteBuffer.allocate(data.remaining()).put(data.duplicate()).flip();
            s.pause().resume();
            if (looks[0]++ < 20) {
                block(Duration.ofMillis(2));
            }
            assertEquals(before, data);
        }))) {
            assertSameBytes(sent, socket.bytes());
        }
    }
}
