package dev.anyloop.tck.rules.read;

import static dev.anyloop.tck.rules.Medium.UNIX;
import static dev.anyloop.tck.rules.NotOver.NO_RST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.NotOver;
import dev.anyloop.tck.rules.SocketChapter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Chapter READ of the specification: what becomes of input that an engine had read when the loop was stopped. Several
 * sockets are readable in one poll, each with more than one chunk and what follows it, and the first to be served stops
 * the loop. Then something is done to the others, and the loop runs on.
 */
public abstract class StoppedReadingRules extends SocketChapter {

    private static final int COUNT = 4;
    private static final int SIZE = 150_000;
    private static final int LARGE = 1024 * 1024;
    private static final int MOST_RUNS = 10_000;

    /** An engine whose waiting does not show a reset looks for it twice a second. */
    private static final Duration MORE_THAN_A_LOOK = Duration.ofMillis(600);

    private final List<RecordedSocket> sockets = new ArrayList<>();
    private byte[] sent = {};

    private SocketOptions options = SocketOptions.defaults().withBufferSizes(512 * 1024, 0);
    private PeerScript atLast = Peer::drain;

    /** What the peers send, and do then; what to do to each of the others between the runs. */
    private void stopInABatch(int size, PeerScript last, Consumer<RecordedSocket> between) {
        sent = randomBytes(size);
        CountDownLatch go = latch(1);
        CountDownLatch done = latch(COUNT);
        int port = peerServer(peer -> {
            await(go);
            peer.send(sent);
            last.run(peer);
            done.countDown();
            atLast.run(peer);
        });
        withOpenLoop(loop -> {
            loop.run(running -> connectAll(loop, port, () -> {
                go.countDown();
                await(done);
            }));
            List<RecordedSocket> others = sockets.stream().filter(socket -> socket.trace().equals("connect")).toList();
            assertEquals(COUNT - 1, others.size(), "sockets without a callback after stop()");
            others.forEach(between);
            others.forEach(socket -> assertEquals("connect", socket.trace(), "a callback outside of run()"));
            for (int runs = 0; runs < MOST_RUNS && !sockets.stream().allMatch(socket -> socket.saw("close")); runs++) {
                loop.run();
            }
        });
    }

    private void connectAll(EventLoop loop, int port, PeerScript.Work whenAllAre) {
        for (int i = 0; i < COUNT; i++) {
            RecordedSocket socket = connect(loop, options, port);
            sockets.add(socket.onConnect(s -> {
                leaveUnread(s.pause());
                if (sockets.stream().allMatch(each -> each.saw("connect"))) {
                    whenAllAre.run();
                    sockets.forEach(each -> each.socket().resume());
                }
            }).onRead((s, view) -> stopOnce(loop)).onEnd(s -> stopOnce(loop)));
        }
    }

    private void stopOnce(EventLoop loop) {
        sockets.forEach(each -> each.onRead((s, view) -> {}).onEnd(s -> {}));
        loop.stop();
    }

    private void assertAll(String trace) {
        for (RecordedSocket socket : sockets) {
            assertEquals(trace, socket.trace());
            assertSameBytes(sent, socket.bytes());
        }
    }

    @Rule({"READ-003", "READ-004", "LOOP-006"})
    void itIsDeliveredInOrderInTheNextRun() {
        stopInABatch(SIZE, Peer::end, socket -> {});
        assertAll("connect data end close");
    }

    /** Whatever was held back together, a stop may come after each part of it. */
    @Rule({"READ-003", "READ-004", "LOOP-006"})
    void itIsDeliveredThoughEachCallbackStopsTheLoopAgain() {
        stopInABatch(SIZE, Peer::end, socket -> socket.onRead((s, view) -> s.loop().stop()).onEnd(s -> s.loop().stop()));
        assertAll("connect data end close");
    }

    @Rule({"READ-007", "LOOP-006"})
    void itIsHeldBackFromASocketThatIsPausedMeanwhile() {
        stopInABatch(SIZE, Peer::end, socket -> {
            Socket s = socket.socket().pause();
            afterQuiet(s.loop(), loop -> {
                assertEquals("connect", socket.trace());
                s.resume();
                assertEquals("connect", socket.trace(), "called back inside the call");
            });
        });
        assertAll("connect data end close");
    }

    @Rule({"READ-007", "ORDER-008", "LOOP-006"})
    void itIsDeliveredBitByBitToASocketThatPausesForEach() {
        stopInABatch(SIZE, Peer::end, socket -> socket.onRead((s, view) -> {
            int before = socket.byteCount();
            s.pause();
            s.loop().execute(() -> {
                assertEquals(before, socket.byteCount(), "data while paused");
                s.resume();
            });
        }));
        assertAll("connect data end close");
    }

    @Rule({"HALF-005", "HALF-006", "LOOP-006"})
    void itIsDeliveredToASocketThatEndsMeanwhile() {
        stopInABatch(SIZE, Peer::end, socket -> socket.socket().end());
        assertAll("connect data end close");
        sockets.forEach(socket -> assertNull(socket.closeError()));
    }

    @Rule({"HALF-001", "HALF-005", "LOOP-006"})
    void theEndIsDeliveredToASocketThatEndsMeanwhile() {
        stopInABatch(0, Peer::end, socket -> socket.socket().end());
        assertAll("connect end close");
        sockets.forEach(socket -> assertNull(socket.closeError()));
    }

    @Rule({"HALF-005", "READ-007", "LOOP-006"})
    void theEndKeepsASocketThatEndsAndIsPausedMeanwhile() {
        stopInABatch(0, Peer::end, socket -> {
            Socket s = socket.socket().pause();
            s.end();
            afterQuiet(s.loop(), loop -> {
                assertEquals("connect", socket.trace());
                assertTrue(s.isOpen());
                s.resume();
            });
        });
        assertAll("connect end close");
    }

    /** Some engines tell of it during the pause, others only when there is an end of it; and some had not even read the end. */
    @Rule({"READ-007", "HALF-008", "LOOP-006"})
    void aResetDuringAPauseFollowsTheEndThatWasHeldBack() {
        CountDownLatch paused = latch(COUNT - 1);
        CountDownLatch reset = latch(COUNT);
        options = options.withAllowHalfOpen(true);
        atLast = peer -> {
            await(paused);
            peer.reset();
            reset.countDown();
        };
        stopInABatch(0, Peer::end, socket -> {
            Socket s = socket.socket().pause();
            paused.countDown();
            when(s.loop(), () -> reset.getCount() == 0, then -> s.loop().timer(MORE_THAN_A_LOOK, timer -> {
                assertEquals("connect", socket.trace());
                s.resume();
            }));
        });
        for (RecordedSocket socket : sockets) {
            assertTrue(socket.trace().matches("connect (end )?error close"), socket.trace());
            assertFailed(ErrorKind.CONNECTION_RESET, socket);
        }
    }

    @Rule({"CLOSE-001", "ORDER-008", "LOOP-006"})
    void itIsDroppedByASocketThatIsClosedMeanwhile() {
        stopInABatch(SIZE, Peer::end, socket -> {
            if (sockets.indexOf(socket) % 2 == 0) {
                socket.socket().close();
            } else {
                socket.socket().abort();
            }
        });
        assertEquals(COUNT - 1, sockets.stream().filter(socket -> socket.trace().equals("connect close")).count());
    }

    @Rule({"READ-005", "LOOP-006"})
    @NotOver(value = UNIX, because = NO_RST)
    void itIsDeliveredBeforeTheErrorOfAReset() {
        assumeLinux();
        stopInABatch(SIZE, Peer::reset, socket -> {});
        assertAll("connect data error close");
        sockets.forEach(socket -> assertFailed(ErrorKind.CONNECTION_RESET, socket));
    }

    /** Who reads no more need not be spared the failure for what was sent before it, of which something may be held back yet. */
    @Rule({"WRITE-005", "READ-005", "LOOP-006"})
    @NotOver(value = UNIX, because = NO_RST)
    void theFailureOfAWriteIsToldToASocketThatPausesForTheFirstOfIt() {
        assumeLinux();
        stopInABatch(SIZE, Peer::reset, socket -> {
            socket.onRead((s, view) -> s.pause());
            socket.socket().write(ByteBuffer.allocateDirect(LARGE), socket.completion("large")); // offered at once
        });
        for (RecordedSocket socket : sockets) {
            assertTrue(socket.trace().matches("connect (data )?error close"), socket.trace());
            assertFailed(ErrorKind.CONNECTION_RESET, socket);
        }
        assertEquals(COUNT - 1, sockets.stream().filter(s -> s.completions().equals(List.of("large:CONNECTION_RESET"))).count());
    }
}
