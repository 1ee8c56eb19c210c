package dev.anyloop.tck.rules.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.Socket;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.SocketChapter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Chapter WRITE of the specification, continued: what is pending, and what the water marks say about it. */
public abstract class WaterMarkRules extends SocketChapter {

    private static final int HIGH = 256 * 1024;
    private static final int LOW = 64 * 1024;

    @Rule({"WRITE-008", "WRITE-009"})
    void theMarksAre256And64KibibytesToTheByte() {
        List<RecordedSocket> sockets = new ArrayList<>();
        int port = peerServer(peer -> assertEquals(HIGH - 1, peer.drain()));
        int other = peerServer(peer -> assertEquals(HIGH + 1, peer.drain()));
        withLoop(loop -> {
            RecordedSocket below = connect(loop, port);
            RecordedSocket above = connect(loop, other);
            sockets.addAll(List.of(below, above));
            assertTrue(below.socket().write(new byte[HIGH - 1])); // no kernel takes any before the connect
            assertTrue(above.socket().write(new byte[HIGH - 1]));
            assertTrue(above.socket().write(""));
            assertFalse(above.socket().write("x"));
            assertFalse(above.socket().write(""));
            assertFalse(above.socket().write("y"), "says so and takes it");
            assertEquals(HIGH + 1, above.socket().pendingBytes());
            above.onDrain(s -> assertTrue(s.pendingBytes() <= LOW));
            sockets.forEach(socket -> socket.onConnect(s -> closeWhenSent(loop, s)));
        });
        assertEquals("0 1", sockets.get(0).drains() + " " + sockets.get(1).drains());
    }

    /** Once more after it is, so that a drain that comes too often is seen. */
    private void closeWhenSent(EventLoop loop, Socket s) {
        when(loop, () -> s.pendingBytes() == 0, sent -> afterQuiet(loop, quiet -> s.close()));
    }

    @Rule({"WRITE-008", "WRITE-010"})
    void theAnswerAndTheCountAreExactWhileThePeerStalls() {
        CountDownLatch looked = latch(1);
        long[] written = new long[1];
        List<Long> received = new ArrayList<>();
        int port = smallPeerServer(peer -> received.add(peer.await(looked).drain()));
        withLoop(loop -> {
            RecordedSocket sender = connect(loop, port, SMALL);
            sender.onConnect(s -> loop.interval(Duration.ofNanos(1), timer -> {
                assertEquals(written[0] - loop.stats().bytesOut(), s.pendingBytes());
                int size = random().nextInt(100_000);
                boolean below = s.write(new byte[size]);
                written[0] += size;
                assertEquals(written[0] - loop.stats().bytesOut(), s.pendingBytes());
                assertEquals(s.pendingBytes() < HIGH, below);
                if (written[0] > big()) {
                    timer.cancel();
                    looked.countDown();
                    s.write(ByteBuffer.allocate(0), (same, error) -> {
                        assertEquals(0, s.pendingBytes());
                        assertEquals(written[0], loop.stats().bytesOut());
                        s.close();
                    });
                }
            }));
        });
        assertEquals(List.of(written[0]), received);
    }

    /** The peer reads nothing, then enough for one drain, then again nothing. */
    @Rule("WRITE-009")
    void drainComesOnceForEachTimeTheMarkWasReached() {
        int times = 5;
        Semaphore turns = semaphore(0);
        int port = smallPeerServer(peer -> {
            for (int i = 0; i < times; i++) {
                assertTrue(turns.tryAcquire(limits().mustHappen().toMillis(), TimeUnit.MILLISECONDS));
                peer.read(big());
            }
            assertEquals("", peer.readAllText());
        });
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            RecordedSocket sender = connect(loop, port, SMALL);
            sockets.add(sender);
            Runnable fill = () -> {
                for (int i = 0; i < 8; i++) {
                    assertFalse(sender.socket().write(new byte[big() / 8]) && i > 1);
                }
                turns.release();
            };
            sender.onConnect(s -> fill.run()).onDrain(s -> {
                assertTrue(s.pendingBytes() <= LOW, s.pendingBytes() + " bytes pending in a drain");
                if (sender.drains() < times) {
                    when(loop, () -> s.pendingBytes() == 0, sent -> fill.run());
                } else {
                    closeWhenSent(loop, s);
                }
            });
        });
        assertEquals(times, sockets.get(0).drains());
    }

    /** Written at random, in turns, drains and completions, to peers that read by fits and starts. */
    @Rule({"WRITE-009", "WRITE-008"})
    void drainComesAsOftenAsTheMarkWasReachedAndLeftBehindWhateverIsWritten() {
        int port = smallPeerServer(WaterMarkRules::readByFitsAndStarts);
        List<Tide> tides = new ArrayList<>();
        withLoop(loop -> {
            for (int[] marks : new int[][] {{1, 0}, {40_000, 0}, {40_000, 10_000}, {40_000, 39_999}}) {
                Tide tide = new Tide(connect(loop, port, SMALL.withWaterMarks(marks[0], marks[1])), marks[0], marks[1]);
                tides.add(tide);
                tide.begin(loop);
            }
        });
        tides.forEach(Tide::check);
    }

    private static void readByFitsAndStarts(Peer peer) throws IOException {
        byte[] chunk = new byte[50_000];
        for (int n; (n = peer.socket().getInputStream().read(chunk)) >= 0; ) {
            if (n % 3 == 0) {
                Thread.yield();
            }
        }
    }

    /** What is pending on one socket, as it looks from outside: it rises in writes only, and each looks before and after. */
    private final class Tide {

        private final RecordedSocket recorded;
        private final int high;
        private final int low;
        private int left = 60;
        private boolean above;
        private int expected;

        Tide(RecordedSocket recorded, int high, int low) {
            this.recorded = recorded;
            this.high = high;
            this.low = low;
        }

        void begin(EventLoop loop) {
            write(); // before it is connected
            recorded.onConnect(s -> write()).onDrain(s -> {
                look();
                assertTrue(recorded.drains() <= expected, "a drain too many");
                write();
            });
            loop.interval(Duration.ofNanos(1), timer -> {
                write();
                if (left <= 0) {
                    timer.cancel();
                    when(loop, () -> recorded.socket().pendingBytes() == 0, sent -> {
                        look();
                        afterQuiet(loop, quiet -> recorded.socket().close());
                    });
                }
            });
        }

        private void look() {
            if (above && recorded.socket().pendingBytes() <= low) {
                above = false;
                expected++;
            }
        }

        private void write() {
            if (left-- <= 0) {
                return;
            }
            look();
            boolean more = random().nextBoolean()
                    ? recorded.socket().write(new byte[random().nextInt(40_000)])
                    : recorded.socket().write(ByteBuffer.allocate(random().nextInt(40_000)), (s, error) -> write());
            assertEquals(recorded.socket().pendingBytes() < high, more);
            above |= !more;
        }

        void check() {
            assertEquals(expected, recorded.drains(), "drains, with marks at " + high + " and " + low);
        }
    }

    @Rule("WRITE-009")
    void drainDoesNotComeWhileThePeerStalls() {
        CountDownLatch looked = latch(1);
        int port = smallPeerServer(peer -> peer.await(looked).drain());
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            RecordedSocket sender = connect(loop, port, SMALL);
            sockets.add(sender);
            sender.onConnect(s -> {
                assertFalse(s.write(new byte[big()]));
                assertEquals(0, sender.drains(), "inside write");
                afterQuiet(loop, quiet -> {
                    assertEquals(0, sender.drains());
                    looked.countDown();
                });
            }).onDrain(Socket::close);
        });
        assertEquals(1, sockets.get(0).drains());
    }

    /** An engine waits for room to send the rest, and must not go on: from then on there always is some. */
    @Rule({"RES-004", "WRITE-010"})
    void aSocketThatHasSentWhatWasPendingCostsNothing() {
        CountDownLatch written = latch(1); // or the peer could be as fast as the write
        int port = smallPeerServer(peer -> peer.await(written).drain());
        withLoop(loop -> connect(loop, port, SMALL).onConnect(s -> {
            s.write(ByteBuffer.allocate(big()), (same, error) -> {
                assertEquals(0, s.pendingBytes());
                assertStill(loop);
            });
            assertTrue(s.pendingBytes() > 0, "nothing is pending");
            written.countDown();
        }));
    }

    /** An engine may go on waiting for room by the descriptor's number, which the next socket has got. */
    @Rule({"RES-004", "CLOSE-006"})
    void aSocketThatTakesThePlaceOfOneWithBytesPendingCostsNothing() {
        int count = 10;
        int stalled = smallPeerServer(Peer::hold);
        int idle = peerServer(Peer::hold);
        withLoop(loop -> {
            List<RecordedSocket> sockets = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                sockets.add(connect(loop, stalled, SMALL).onConnect(s -> s.write(new byte[big()])));
            }
            when(loop, () -> loop.stats().openSockets() == count, all -> {
                for (RecordedSocket socket : sockets) {
                    socket.socket().abort();
                    connect(loop, idle);
                }
                when(loop, () -> loop.stats().openSockets() == count && loop.stats().closingSockets() == 0,
                        then -> assertStill(loop));
            });
        });
    }

    /** The bytes still drain, but the one who closed is not told; the one who only ended is. */
    @Rule({"WRITE-009", "CLOSE-004"})
    void drainComesAfterEndAndNotAfterClose() {
        CountDownLatch ready = latch(2);
        CountDownLatch drained = latch(1);
        int ending = smallPeerServer(peer -> {
            peer.await(ready).read(big());
            peer.await(drained); // when both have ended there is none any more, and who reads an end over TLS 1.2 answers it
            assertEquals(0, peer.readAll().length);
        });
        int closing = smallPeerServer(peer -> assertEquals(big(), peer.await(ready).readAll().length));
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            RecordedSocket ended = connect(loop, ending, SMALL).onDrain(s -> drained.countDown());
            RecordedSocket closed = connect(loop, closing, SMALL);
            sockets.addAll(List.of(ended, closed));
            sockets.forEach(socket -> socket.onConnect(s -> {
                assertFalse(s.write(new byte[big()]));
                if (socket == ended) {
                    s.end();
                } else {
                    s.close();
                }
                ready.countDown();
            }));
        });
        assertEquals("1 0", sockets.get(0).drains() + " " + sockets.get(1).drains());
        assertEquals("connect end close", sockets.get(0).trace());
        assertEquals("connect close", sockets.get(1).trace());
    }
}
