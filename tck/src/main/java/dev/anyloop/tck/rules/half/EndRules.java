package dev.anyloop.tck.rules.half;

import static dev.anyloop.tck.rules.Medium.TLS_1_2;
import static dev.anyloop.tck.rules.NotOver.NO_HALF_CLOSE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ErrorKind;
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
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Chapter HALF of the specification: our own end, and both together. */
public abstract class EndRules extends SocketChapter {

    private static final SocketOptions HALF_OPEN = SocketOptions.defaults().withAllowHalfOpen(true);

    /** An engine whose waiting does not show a reset looks for it twice a second. */
    private static final Duration MORE_THAN_A_LOOK = Duration.ofMillis(600);

    private static final Duration FAR = Duration.ofMinutes(1); // longer than a test may take

    /** Of each turn of a loop that has no time to wait, and how many turns it takes until somebody hears what nobody waits for. */
    private static final Duration BUSY = Duration.ofMillis(5);
    private static final int MOST_BUSY_TURNS = 300;
    private static final int MORE_THAN_IS_READ = 32 << 20;

    private static void assertEnded(String trace, RecordedSocket socket) {
        assertEquals(trace, traceOf(socket));
        assertNull(socket.closeError());
    }

    /** The peer reads nothing until end() was called, so that most of the bytes are pending then. */
    @Rule({"HALF-004", "HALF-006"})
    @NotOver(value = TLS_1_2, because = NO_HALF_CLOSE)
    void endSendsWhatWasWrittenAndThenTheEnd() {
        byte[] big = randomBytes(much(4));
        Semaphore called = semaphore(0);
        BlockingQueue<byte[]> received = queue();
        PeerScript script = peer -> {
            called.acquire();
            received.add(peer.readAll());
            peer.send("reply");
        };
        for (RecordedSocket socket : bothWays(SocketOptions.defaults().withBufferSizes(0, 65_536), script, socket ->
                whenConnected(socket, s -> s.loop().execute(() -> {
                    s.write(ByteBuffer.wrap(big), socket.completion("big"));
                    s.end();
                    s.end();
                    assertTrue(s.isOpen());
                    assertTrue(s.pendingBytes() > 0, "nothing is pending");
                    assertFalse(s.write("too late"));
                    called.release();
                    s.loop().execute(s::end);
                })))) {
            assertEnded("data end close", socket);
            assertEquals("reply", socket.text());
            assertEquals(List.of("big"), socket.completions());
            assertSameBytes(big, received.remove());
        }
    }

    @Rule("HALF-004")
    void endIsRememberedBeforeTheConnection() {
        BlockingQueue<String> received = queue();
        for (RecordedSocket socket : bothWays(peer -> received.add(peer.readAllText()), socket -> {
            write(socket, "a");
            socket.socket().end();
            assertFalse(socket.socket().write("too late"));
            socket.onConnect(s -> assertFalse(s.write("too late")));
        })) {
            assertEnded("end close", socket);
            assertEquals("a", received.remove());
            assertEquals(List.of("a"), socket.completions());
        }
    }

    @Rule({"HALF-004", "ORDER-007"})
    void endInADataCallbackSendsWhatWasWrittenThere() {
        BlockingQueue<String> received = queue();
        PeerScript script = peer -> received.add(peer.send("ping").readAllText());
        for (RecordedSocket socket : bothWays(script, socket -> socket.onRead((s, view) -> {
            if (socket.text().equals("ping")) {
                s.write("pong");
                s.end();
            }
        }))) {
            assertEnded("data end close", socket);
            assertEquals("pong", received.remove());
        }
    }

    @Rule({"HALF-004", "HALF-005", "READ-007"})
    @NotOver(value = TLS_1_2, because = NO_HALF_CLOSE)
    void aPausedSocketEndsItsSideAndStaysUntilThePeersEndIsDelivered() {
        Semaphore ended = semaphore(0);
        PeerScript script = peer -> {
            peer.readAll();
            peer.send("hello").end();
            ended.release();
        };
        for (RecordedSocket socket : bothWays(script, socket -> {
            Socket s = socket.socket().pause();
            s.end();
            when(s.loop(), ended::tryAcquire, then -> afterQuiet(s.loop(), quiet -> {
                assertEquals("", traceOf(socket));
                assertTrue(s.isOpen());
                s.resume();
            }));
        })) {
            assertEnded("data end close", socket);
            assertEquals("hello", socket.text());
        }
    }

    @Rule({"HALF-004", "CLOSE-001", "CLOSE-005"})
    @NotOver(value = TLS_1_2, because = NO_HALF_CLOSE)
    void aSocketThatHasEndedMayBeClosed() {
        byte[] big = randomBytes(much(1));
        BlockingQueue<byte[]> received = queue();
        for (boolean later : new boolean[] {false, true}) {
            Semaphore seen = semaphore(later ? 0 : 2);
            PeerScript script = peer -> {
                received.add(peer.readAll());
                seen.release();
                peer.hold();
            };
            for (RecordedSocket socket : bothWays(script, socket -> whenConnected(socket, s -> {
                s.write(ByteBuffer.wrap(big), socket.completion("big"));
                s.end();
                when(s.loop(), seen::tryAcquire, loop -> s.close());
            }))) {
                assertEnded("close", socket);
                assertEquals(List.of("big"), socket.completions());
                assertSameBytes(big, received.remove());
            }
        }
    }

    @Rule("HALF-006")
    @NotOver(value = TLS_1_2, because = NO_HALF_CLOSE)
    void whatComesAfterOurEndIsDelivered() {
        byte[] sent = randomBytes(much(1));
        PeerScript script = peer -> {
            peer.readAll();
            peer.send(sent);
        };
        for (SocketOptions options : List.of(SocketOptions.defaults(), HALF_OPEN)) {
            for (RecordedSocket socket : bothWays(options, script, socket -> {
                socket.socket().end();
                socket.onRead((s, view) -> s.pause().loop().execute(s::resume));
            })) {
                assertEnded("data end close", socket);
                assertSameBytes(sent, socket.bytes());
            }
        }
    }

    /** Our end is carried out last: it has to wait until the peer reads. */
    @Rule({"HALF-005", "HALF-003"})
    @NotOver(value = TLS_1_2, because = NO_HALF_CLOSE)
    void aSocketThatEndsAfterItsPeerClosesWhenAllIsSent() {
        byte[] big = randomBytes(much(4));
        Semaphore called = semaphore(0);
        BlockingQueue<byte[]> received = queue();
        PeerScript script = peer -> {
            peer.end();
            called.acquire();
            received.add(peer.readAll());
        };
        SocketOptions stalling = HALF_OPEN.withBufferSizes(0, 65_536);
        for (RecordedSocket socket : bothWays(stalling, script, socket -> socket.onEnd(s -> {
            s.write(ByteBuffer.wrap(big), socket.completion("big"));
            s.end();
            assertTrue(s.pendingBytes() > 0, "nothing is pending");
            called.release();
        }))) {
            assertEnded("end close", socket);
            assertEquals(List.of("big"), socket.completions());
            assertSameBytes(big, received.remove());
        }
    }

    @Rule("HALF-005")
    void socketsThatEndAtTheSameTimeAsTheirPeersClose() {
        List<RecordedSocket> sockets = new ArrayList<>();
        for (SocketOptions options : List.of(SocketOptions.defaults(), HALF_OPEN)) {
            int port = peerServer(peer -> peer.end().readAll());
            withLoop(loop -> {
                for (int i = 0; i < 20; i++) {
                    RecordedSocket socket = connect(loop, options, port);
                    sockets.add(socket.onConnect(i % 2 == 0 ? Socket::end : s -> s.loop().execute(s::end)));
                }
            });
        }
        assertEquals(Collections.nCopies(40, "end close"), sockets.stream().map(SocketChapter::traceOf).toList());
        sockets.forEach(socket -> assertNull(socket.closeError()));
    }

    @Rule("HALF-007")
    @NotOver(value = TLS_1_2, because = NO_HALF_CLOSE)
    void aHalfOpenSocketCostsNothing() {
        List<PeerScript> halves = List.of(
                Peer::end,
                peer -> peer.send("hello").end(),
                Peer::readAll, // until our end
                peer -> {
                    peer.end().read(1);
                    peer.reset();
                });
        CountDownLatch done = latch(halves.size());
        CountDownLatch ended = latch(halves.size() - 1);
        withLoop(loop -> {
            for (PeerScript half : halves) {
                RecordedSocket socket = connect(loop, HALF_OPEN, peerServer(peer -> {
                    half.run(peer);
                    done.countDown();
                    peer.hold();
                })).onEnd(s -> {
                    s.write("x");
                    ended.countDown();
                });
                if (half == halves.get(2)) {
                    socket.socket().end();
                }
            }
            when(loop, () -> done.getCount() + ended.getCount() == 0, then -> assertStill(loop));
        });
    }

    /** Nor is anything else to come: in one loop nothing at all, in the other a timer that is far away. */
    @Rule({"HALF-008", "READ-005"})
    void aResetAfterTheEndIsAnErrorAlthoughNothingIsWritten() {
        AtomicInteger loops = new AtomicInteger();
        Semaphore ended = semaphore(0);
        PeerScript script = peer -> {
            peer.end();
            ended.acquire();
            peer.reset();
        };
        for (RecordedSocket socket : bothWays(HALF_OPEN, script, socket -> {
            whenConnected(socket, this::leaveUnread);
            socket.onEnd(s -> ended.release());
            if (loops.getAndIncrement() % 2 == 0) {
                socket.socket().loop().timer(FAR, timer -> {}).unref();
            }
        })) {
            assertEquals("end error close", traceOf(socket));
            assertFailed(ErrorKind.CONNECTION_RESET, socket);
        }
    }

    /** Which has a timer that is due in each turn, and as much input as it likes. */
    @Rule("HALF-008")
    void aBusyLoopTellsOfTheResetAfterTheEnd() {
        CountDownLatch ended = latch(1);
        int flooding = peerServer(peer -> peer.flood(MORE_THAN_IS_READ));
        int resetting = peerServer(peer -> peer.end().await(ended).reset());
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            RecordedSocket busy = connect(loop, flooding).onConnect(s -> keepBusy(s, MOST_BUSY_TURNS)).onRead((s, data) -> s.pause());
            sockets.add(connect(loop, HALF_OPEN, resetting).onConnect(this::leaveUnread).onEnd(s -> ended.countDown())
                    .onError((s, error) -> busy.socket().abort()));
        });
        assertEquals("end error close", traceOf(sockets.get(0)));
    }

    private void keepBusy(Socket socket, int turns) {
        assertTrue(turns > 0, "the busy loop hears of no reset");
        if (socket.isOpen()) {
            socket.resume();
            block(BUSY);
            socket.loop().timer(Duration.ZERO, timer -> keepBusy(socket, turns - 1));
        }
    }

    /** While something is pending a write finds the reset; when all is sent, as here, nothing does. */
    @Rule({"HALF-008", "HALF-003"})
    @NotOver(value = TLS_1_2, because = NO_HALF_CLOSE)
    void whoHadBytesPendingAtTheEndHearsOfTheResetWhenTheyAreSent() {
        byte[] big = randomBytes(much(4));
        Semaphore ended = semaphore(0);
        Semaphore sent = semaphore(0);
        BlockingQueue<byte[]> received = queue();
        PeerScript script = peer -> {
            peer.end();
            ended.acquire();
            received.add(peer.read(big.length));
            sent.acquire();
            peer.reset();
        };
        for (RecordedSocket socket : bothWays(HALF_OPEN.withBufferSizes(0, 65_536), script, socket -> {
            whenConnected(socket, s -> s.write(ByteBuffer.wrap(big), socket.completion("big")));
            socket.onEnd(s -> {
                assertTrue(s.pendingBytes() > 0, "nothing is pending");
                ended.release();
                when(s.loop(), () -> s.pendingBytes() == 0, loop -> {
                    leaveUnread(s);
                    sent.release();
                });
            });
        })) {
            assertEquals("end error close", traceOf(socket));
            assertFailed(ErrorKind.CONNECTION_RESET, socket);
            assertEquals(List.of("big"), socket.completions());
            assertSameBytes(big, received.remove());
        }
    }

    /** Of which some more are closed by the callbacks of others. */
    @Rule("HALF-008")
    void resetsAfterTheEndAreToldOfManySockets() {
        int count = 30;
        CountDownLatch ended = latch(count);
        List<RecordedSocket> sockets = new ArrayList<>();
        int port = peerServer(peer -> {
            peer.end();
            ended.await();
            peer.reset();
        });
        withLoop(loop -> {
            for (int i = 0; i < count; i++) {
                RecordedSocket socket = connect(loop, HALF_OPEN, port).onConnect(this::leaveUnread).onEnd(s -> ended.countDown());
                sockets.add(i % 2 == 0 ? socket : socket.onError((s, error) ->
                        sockets.get(random().nextInt(count)).socket().close()));
            }
        });
        for (RecordedSocket socket : sockets) {
            assertTrue(socket.trace().matches("connect end (error )?close"), socket.trace());
        }
    }

    @Rule({"HALF-008", "READ-007"})
    void aPausedSocketHearsOfTheResetAfterTheEndWhenItIsResumed() {
        CountDownLatch paused = latch(1);
        CountDownLatch reset = latch(1);
        int port = peerServer(peer -> {
            peer.end();
            paused.await();
            peer.reset();
            reset.countDown();
        });
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            RecordedSocket socket = connect(loop, HALF_OPEN, port).onConnect(this::leaveUnread).onEnd(s -> {
                s.pause();
                paused.countDown();
            });
            sockets.add(socket);
            when(loop, () -> reset.getCount() == 0, then -> loop.timer(MORE_THAN_A_LOOK, timer -> {
                assertEquals("end", traceOf(socket));
                socket.socket().resume();
            }));
        });
        assertEquals("end error close", traceOf(sockets.get(0)));
    }
}
