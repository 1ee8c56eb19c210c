package dev.anyloop.tck.rules.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ErrorKind;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.Socket;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Medium;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Chapter TIMEOUT of the specification, continued: timeouts of what is to be sent. */
public abstract class WriteTimeoutRules extends TimeoutChapter {

    private static final int PIECE = 16 * 1024;

    @Rule({"TIMEOUT-005", "CONN-002"})
    void aStalledPeerTimesOutWriting() {
        int port = smallPeerServer(Peer::hold);
        withLoop(loop -> {
            keep(connect(loop, port, SMALL)).onConnect(s -> {
                armed();
                s.writeTimeout(timeout()).write(new byte[big()]);
            }).onError((s, error) -> {
                assertNotEarly();
                assertFalse(s.isOpen());
                assertEquals(0, s.pendingBytes(), "aborted");
            });
            long[] set = new long[1];
            keep(connect(loop, port, SMALL)).onConnect(s -> {
                s.write(new byte[big()]);
                loop.timer(timeout().multipliedBy(2), timer -> { // it has been stalled for longer by then
                    set[0] = nanoTime();
                    s.writeTimeout(timeout());
                });
            }).onError((s, error) -> assertTrue(nanoTime() - set[0] >= timeout().toNanos(), "early"));
        });
        assertFailed(0, "connect error close", ErrorKind.WRITE_TIMEOUT);
        assertFailed(1, "connect error close", ErrorKind.WRITE_TIMEOUT);
        NetworkException error = error(0);
        assertEquals(Operation.WRITE, error.operation());
        assertEquals(endText(port), error.host() + ":" + error.port());
    }

    @Rule({"TIMEOUT-005", "TIMEOUT-006"})
    void onlyASocketWithBytesPendingTimesOutWriting() {
        int stalled = smallPeerServer(Peer::hold);
        int reading = peerServer(Peer::drain); // late, on a busy machine: so it is sent no more than what needs no reading
        withLoop(loop -> {
            keep(connect(loop, stalled, SMALL)).onConnect(s -> s.writeTimeout(timeout()).write(new byte[big()]));
            keep(connect(loop, reading)).onConnect(s -> s.writeTimeout(timeout()));
            keep(connect(loop, reading)).onConnect(s -> s.writeTimeout(timeout()).write("x"));
            keep(connect(loop, reading)).onConnect(s -> s.writeTimeout(timeout()).write(new byte[much(1) / 16]));
            keep(connect(loop, stalled, SMALL)).onConnect(s -> stall(s).writeTimeout(null));
            keep(connect(loop, stalled, SMALL)).onConnect(s -> stall(s).writeTimeout(Duration.ZERO));
            keep(connect(loop, stalled, SMALL)).onConnect(s -> stall(s).writeTimeout(Duration.ofDays(1)));
            keep(connect(loop, stalled, SMALL)).onConnect(s -> s.readTimeout(Duration.ofDays(1)).write(new byte[big()]));
            assertOnlyTheFirstFails(loop);
        });
        assertFailed(0, "connect error close", ErrorKind.WRITE_TIMEOUT);
    }

    private Socket stall(Socket s) {
        s.writeTimeout(timeout()).write(new byte[big()]);
        return s;
    }

    /**
     * It waited for room, and then for its timeout twice over. The peer has made that room while a callback blocks the loop, so nobody
     * can be too late.
     */
    @Rule({"TIMEOUT-005", "TIMEOUT-007"})
    void whoHasSentWhatWasPendingTimesOutNoMore() {
        AtomicInteger taken = new AtomicInteger();
        CountDownLatch stalled = latch(1);
        CountDownLatch read = latch(1);
        int port = smallPeerServer(peer -> {
            peer.await(stalled);
            peer.read(taken.get());
            read.countDown();
            peer.drain();
        });
        withLoop(loop -> keep(connect(loop, port, SMALL.withWaterMarks(PIECE, 0))).onConnect(s -> {
            s.writeTimeout(timeout());
            int written = PIECE;
            while (s.write(new byte[PIECE])) {
                written += PIECE;
            }
            int inRecords = medium() == Medium.TCP || medium() == Medium.UNIX ? 0 : 2 * PIECE; // of which some may be pending
            taken.set((int) Math.max(0, written - s.pendingBytes() - inRecords));
            loop.execute(() -> {
                stalled.countDown();
                awaitRoom(read);
            });
            when(loop, () -> s.pendingBytes() == 0, sent -> loop.timer(timeout().multipliedBy(2), timer -> {
                assertTrue(s.isOpen(), "timed out with nothing pending");
                s.close();
            }));
        }));
        assertEquals("connect close", sockets.get(0).trace());
    }

    private void awaitRoom(CountDownLatch read) {
        try {
            assertTrue(read.await(limits().mustHappen().toNanos(), TimeUnit.NANOSECONDS), "the peer does not read");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Longer than the timeouts, a little every few milliseconds; then all the rest. Who wakes late reads as much more, because there are
     * systems that let a writer go on only when most of their buffer is read.
     */
    @Rule({"TIMEOUT-005", "CLOSE-002"})
    void aSlowTransferThatMovesIsNotCut() {
        Duration patience = timeout().multipliedBy(10);
        Duration pause = timeout().dividedBy(5);
        long begin = nanoTime();
        long end = begin + patience.plus(timeout()).toNanos();
        int port = smallPeerServer(peer -> {
            long steps = (nanoTime() - begin) / pause.toNanos();
            for (long now = nanoTime(); now < end; now = nanoTime()) {
                for (; steps <= (now - begin) / pause.toNanos(); steps++) {
                    peer.read(16 * 1024);
                }
                block(pause);
            }
            peer.drain();
        });
        withLoop(loop -> {
            keep(connect(loop, port, SMALL)).onConnect(s ->
                    s.writeTimeout(patience).write(ByteBuffer.allocate(big()), (same, error) -> s.close()));
            keep(connect(loop, port, SMALL.withCloseTimeout(patience))).onConnect(s -> {
                s.write(new byte[big()]);
                s.close();
            });
        });
        for (RecordedSocket socket : sockets) {
            assertEquals("connect close", socket.trace());
            assertNull(socket.closeError());
        }
        assertTrue(nanoTime() >= end, "it was not slow");
    }
}
