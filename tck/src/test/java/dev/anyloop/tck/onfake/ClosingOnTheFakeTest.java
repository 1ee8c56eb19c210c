package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopCallback;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.fake.FakePeer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/** How core closes a socket, to the millisecond, whatever its peer does meanwhile. */
class ClosingOnTheFakeTest extends OnTheFake {

    private static final SocketOptions DEFAULTS = SocketOptions.defaults();

    /** Connected, closed at 100 ms with a byte to send, which the kernel takes at once or never. */
    private FakePeer closeAt100(EventLoop loop, SocketOptions options, int capacity) {
        Socket socket = connect(loop, options).onRead((s, data) -> note("data")).onEnd(s -> note("end"));
        FakePeer peer = peer().capacity(capacity);
        at(loop, 100, l -> {
            socket.write(ByteBuffer.allocate(1), (s, error) -> note(outcome("write", error)));
            socket.close();
        });
        return peer;
    }

    @Rule("CLOSE-003")
    void aPeerThatSaysNothingIsNotWaitedFor() {
        run(loop -> closeAt100(loop, DEFAULTS, 1));
        assertEquals(List.of("write@100", "close@100"), log);
        assertTrue(peer().read(1).length == 1 && peer().sawEnd());
    }

    @Rule({"CLOSE-003", "CLOSE-001"})
    void whatThePeerSentBeforeTheCloseIsReadAwayAndNotDelivered() {
        run(loop -> {
            FakePeer peer = closeAt100(loop, DEFAULTS, 1);
            at(loop, 100, l -> peer.send("unread"));
        });
        assertEquals("write@100", log.get(0));
        assertFalse(peer().sawReset());
    }

    @Rule("CLOSE-003")
    void aPeerThatGoesOnSendingIsReadUntilItsEnd() {
        run(loop -> {
            FakePeer peer = closeAt100(loop, DEFAULTS, 1);
            for (int i = 0; i < 10; i++) {
                at(loop, 100 + 900 * i, l -> peer.send(new byte[100_000]));
            }
            at(loop, 8_500, l -> peer.end());
        });
        assertEquals(List.of("write@100", "close@8500"), log);
        assertFalse(peer().sawReset());
    }

    @Rule("CLOSE-003")
    void aPeerThatFallsSilentIsWaitedForForASecond() {
        run(loop -> {
            FakePeer peer = closeAt100(loop, DEFAULTS, 1);
            at(loop, 100, l -> peer.send("x"));
            at(loop, 700, l -> peer.send("y"));
        });
        assertEquals(List.of("write@100", "close@1700"), log);
    }

    /** Who sends while we flush does not stop at our end, even if the poll after it happens to bring nothing. */
    @Rule("CLOSE-003")
    void aPeerThatSentWhileWeFlushedMayBeSendingStill() {
        run(loop -> {
            FakePeer peer = closeAt100(loop, DEFAULTS, 0);
            at(loop, 200, l -> peer.send("one"));
            at(loop, 300, l -> peer.capacity(1));
            at(loop, 301, l -> peer.send("two"));
            at(loop, 302, l -> peer.end());
        });
        assertEquals(List.of("write@300", "close@302"), log);
        assertFalse(peer().sawReset());
    }

    @Rule({"CLOSE-003", "CLOSE-002"})
    void aPeerThatSendsForEverIsCutOffByTheCloseTimeout() {
        run(loop -> {
            FakePeer peer = closeAt100(loop, DEFAULTS.withCloseTimeout(Duration.ofSeconds(5)), 1);
            at(loop, 100, l -> loop.interval(Duration.ofMillis(10), timer -> peer.send("x")).unref());
            at(loop, 100, l -> peer.send("x"));
        });
        assertEquals(List.of("write@100", "close@5100"), log);
    }

    @Rule("CLOSE-002")
    void theCloseTimeoutIsTenSecondsFromTheLastByte() {
        run(loop -> {
            Socket socket = connect(loop, DEFAULTS);
            FakePeer peer = peer().capacity(0);
            socket.onConnect(s -> {
                s.write(ByteBuffer.allocate(10), (same, error) -> note(outcome("write", error)));
                s.close();
            });
            for (int i = 1; i <= 9; i++) {
                int capacity = i;
                at(loop, 9_999 * i, l -> peer.capacity(capacity));
            }
        });
        assertEquals(List.of("write CLOSE_TIMEOUT@99991", "close CLOSE_TIMEOUT@99991"), log);
    }

    @Rule({"CLOSE-002", "CLOSE-004"})
    void whatIsSentInTheLastMomentIsNotCut() {
        run(loop -> {
            FakePeer peer = closeAt100(loop, DEFAULTS.withCloseTimeout(Duration.ofMillis(50)), 0);
            at(loop, 149, l -> peer.capacity(1));
        });
        assertEquals(List.of("write@149", "close@149"), log);
    }

    @Rule({"CLOSE-004", "WRITE-005"})
    void aFailureWhileFlushingComesToTheWritesAndCloseOnly() {
        run(loop -> {
            FakePeer peer = closeAt100(loop, DEFAULTS, 0);
            at(loop, 300, l -> peer.reset());
        });
        assertEquals(List.of("write CONNECTION_RESET@300", "close CONNECTION_RESET@300"), log);
    }

    @Rule("CLOSE-004")
    void aFailureOfTheOutputWhileFlushingComesToTheWritesAndCloseOnly() {
        run(loop -> {
            closeAt100(loop, DEFAULTS, 0);
            at(loop, 300, l -> connection(0).failOutput(new IOException("Broken pipe")));
        });
        assertEquals(List.of("write CONNECTION_RESET@300", "close CONNECTION_RESET@300"), log);
    }

    /** Nothing was lost, so it is no failure of ours. */
    @Rule("CLOSE-004")
    void aResetAfterTheLastByteIsNotReported() {
        run(loop -> {
            FakePeer peer = closeAt100(loop, DEFAULTS, 1);
            at(loop, 100, l -> peer.send("x"));
            at(loop, 300, l -> peer.reset());
        });
        assertEquals(List.of("write@100", "close@300"), log);
    }

    @Rule({"CLOSE-001", "HALF-002"})
    void aCloseWhenThePeerHasEndedWaitsForTheBytesOnly() {
        run(loop -> {
            FakePeer peer = closeAt100(loop, DEFAULTS.withAllowHalfOpen(true), 0);
            at(loop, 50, l -> peer.end());
            at(loop, 400, l -> peer.capacity(1));
        });
        assertEquals(List.of("end@50", "write@400", "close@400"), log);
    }

    @Rule({"CLOSE-001", "READ-007"})
    void aPausedSocketThatIsClosedReadsAwayWhatItsPeerSends() {
        run(loop -> {
            Socket socket = connect(loop, DEFAULTS).onRead((s, data) -> note("data"));
            at(loop, 10, l -> {
                socket.pause();
                peer().capacity(0).send("one");
                socket.write(ByteBuffer.allocate(1), (s, error) -> note(outcome("write", error)));
            });
            at(loop, 100, l -> {
                assertFalse(connection(0).isReading());
                socket.close();
                assertTrue(connection(0).isReading());
            });
            at(loop, 200, l -> peer().send("two"));
            at(loop, 300, l -> peer().capacity(1));
        });
        assertEquals(List.of("write@300", "close@1300"), log);
        assertFalse(peer().sawReset(), "unread bytes make the kernel send a reset");
    }

    @Rule({"CLOSE-003", "HALF-004"})
    void aPeerThatGoesOnSendingHasSeenOurEndMeanwhile() {
        run(loop -> {
            FakePeer peer = closeAt100(loop, DEFAULTS, 1);
            at(loop, 100, l -> peer.send("x"));
            at(loop, 500, l -> {
                assertEquals(1, peer.read(1).length);
                assertTrue(peer.sawEnd());
            });
        });
        assertEquals(List.of("write@100", "close@1100"), log);
    }

    @Rule("CLOSE-002")
    void theCloseTimeoutCountsFromTheCallWhenTheKernelTakesNothing() {
        run(loop -> {
            closeAt100(loop, DEFAULTS, 0);
            at(loop, 100, l -> advance(50)); // before the kernel is offered anything
        });
        assertEquals(List.of("write CLOSE_TIMEOUT@10100", "close CLOSE_TIMEOUT@10100"), log);
    }

    @Rule({"CLOSE-005", "CLOSE-006"})
    void abortCutsShortWhateverACloseWaitsFor() {
        run(loop -> {
            FakePeer flushing = closeAt100(loop, DEFAULTS, 0);
            at(loop, 200, l -> log.add("abort"));
            Socket lingering = logged(loop.connect("10.0.0.2", 80));
            connection(1).complete();
            at(loop, 100, l -> {
                lingering.close();
                connection(1).peer().send("x");
            });
            at(loop, 200, l -> {
                lingering.abort();
                lingering.close();
            });
            at(loop, 250, l -> flushing.capacity(1));
        });
        assertEquals(List.of("abort", "close@200", "write@250", "close@250"), log);
    }

    @Rule({"CLOSE-006", "CLOSE-004"})
    void theCloseCallbackWaitsForTheRelease() {
        run(loop -> {
            connect(loop, DEFAULTS).onConnect(Socket::abort);
            fake.transport().holdCloses(true);
            at(loop, 700, l -> fake.transport().holdCloses(false));
        });
        assertEquals(List.of("close@700"), log);
    }

    @Rule({"LOOP-009", "WRITE-006"})
    void aCompletionThatAlwaysWritesAgainDoesNotKeepALoopFromClosing() {
        pumpUntil(EventLoop::close);
        assertEquals(List.of("close@10"), log);
    }

    @Rule({"LOOP-015", "WRITE-006"})
    void aCompletionThatAlwaysWritesAgainDoesNotKeepALoopFromShuttingDown() {
        pumpUntil(loop -> loop.shutdown(Duration.ZERO));
        assertEquals(List.of("close@10"), log);
    }

    private void pumpUntil(LoopCallback end) {
        run(loop -> {
            Socket socket = connect(loop, DEFAULTS);
            peer().capacity(0);
            pump(socket);
            at(loop, 10, end);
        });
    }

    private static void pump(Socket socket) {
        socket.write(ByteBuffer.allocate(1), (same, error) -> pump(same));
    }
}
