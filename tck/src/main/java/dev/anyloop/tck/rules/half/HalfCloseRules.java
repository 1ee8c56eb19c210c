package dev.anyloop.tck.rules.half;

import static dev.anyloop.tck.rules.Medium.TLS_1_2;
import static dev.anyloop.tck.rules.NotOver.NO_HALF_CLOSE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ErrorKind;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.NotOver;
import dev.anyloop.tck.rules.SocketChapter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;

/** Chapter HALF of the specification: the peer ends first. Our own end is in {@link EndRules}. */
public abstract class HalfCloseRules extends SocketChapter {

    private static final SocketOptions HALF_OPEN = SocketOptions.defaults().withAllowHalfOpen(true);

    @Rule({"HALF-001", "HALF-005"})
    void aFinIsOneEndAfterAllData() {
        byte[] sent = randomBytes(100_000);
        for (RecordedSocket socket : bothWays(HALF_OPEN, peer -> peer.send(sent).end().readAll(), socket ->
                socket.onEnd(s -> {
                    s.pause().resume();
                    s.loop().execute(() -> s.pause().resume());
                    afterQuiet(s.loop(), quiet -> {
                        assertEquals("data end", traceOf(socket));
                        assertTrue(s.isOpen());
                        s.end();
                    });
                }))) {
            assertEquals("data end close", traceOf(socket));
            assertSameBytes(sent, socket.bytes());
            assertNull(socket.closeError());
        }
    }

    @Rule({"HALF-001", "HALF-002"})
    void aPeerThatEndsWithoutAWordIsAnEndToo() {
        for (RecordedSocket socket : bothWays(peer -> peer.end().readAll(), socket -> {})) {
            assertEquals("end close", traceOf(socket));
            assertNull(socket.closeError());
        }
    }

    /** The peer reads nothing until the end was told, so that most of the bytes are pending then. */
    @Rule({"HALF-002", "CLOSE-001"})
    @NotOver(value = TLS_1_2, because = NO_HALF_CLOSE)
    void whatIsPendingAtTheEndAndWrittenInItsCallbackIsFlushed() {
        byte[] big = randomBytes(much(4));
        Semaphore told = semaphore(0);
        BlockingQueue<byte[]> received = queue();
        PeerScript script = peer -> {
            peer.end();
            told.acquire();
            received.add(peer.readAll());
        };
        for (RecordedSocket socket : bothWays(SocketOptions.defaults().withBufferSizes(0, 65_536), script, socket -> {
            socket.socket().write(ByteBuffer.wrap(big), socket.completion("big"));
            socket.onEnd(s -> {
                assertTrue(s.pendingBytes() > 0, "nothing is pending");
                write(socket, "bye");
                s.loop().execute(() -> {
                    assertFalse(s.isOpen());
                    assertFalse(s.write("too late"));
                    told.release();
                });
            });
        })) {
            assertEquals("end close", traceOf(socket));
            assertNull(socket.closeError());
            assertEquals(List.of("big", "bye"), socket.completions());
            assertSameBytes(followedBy(big, "bye"), received.remove());
        }
    }

    /** Its own end waits for what is pending, and so for a peer that reads nothing. */
    @Rule({"HALF-002", "CLOSE-002"})
    @NotOver(value = TLS_1_2, because = NO_HALF_CLOSE)
    void whoseEndWaitsToBeSentIsClosedByThePeersEndAllTheSame() {
        SocketOptions options = SMALL.withCloseTimeout(limits().mustNotHappen());
        RecordedSocket socket = withSocket(loop -> {
            RecordedSocket connecting = connect(loop, options, smallPeerServer(peer -> peer.end().hold()));
            return connecting.onConnect(s -> {
                s.write(ByteBuffer.allocate(big()), connecting.completion("big"));
                s.end();
            }).onEnd(s -> {
                assertTrue(s.pendingBytes() > 0, "nothing is pending");
                s.loop().execute(() -> assertFalse(s.isOpen()));
            });
        });
        assertEquals("end close", traceOf(socket));
        assertEquals(ErrorKind.CLOSE_TIMEOUT, Objects.requireNonNull(socket.closeError()).kind());
        assertEquals(List.of("big:CLOSE_TIMEOUT"), socket.completions());
    }

    private static byte[] followedBy(byte[] bytes, String text) {
        return ByteBuffer.allocate(bytes.length + text.length()).put(bytes).put(text.getBytes(UTF_8)).array();
    }

    @Rule({"HALF-002", "LOOP-011"})
    @NotOver(value = TLS_1_2, because = NO_HALF_CLOSE)
    void anEndCallbackThatThrowsIsAnsweredByACloseAllTheSame() {
        BlockingQueue<String> received = queue();
        List<String> uncaught = new ArrayList<>();
        for (RecordedSocket socket : bothWays(peer -> received.add(peer.end().readAllText()), socket -> {
            socket.socket().loop().onUncaught((loop, thrown) -> uncaught.add(thrown.getMessage()));
            socket.onEnd(s -> {
                s.write("bye");
                throw new IllegalStateException("out of order");
            });
        })) {
            assertEquals("end close", traceOf(socket));
            assertEquals("bye", received.remove());
        }
        assertEquals(List.of("out of order", "out of order"), uncaught);
    }

    @Rule({"HALF-002", "HALF-005", "ORDER-007"})
    @NotOver(value = TLS_1_2, because = NO_HALF_CLOSE)
    void theEndCallbackMayEndOrClose() {
        for (SocketOptions options : List.of(SocketOptions.defaults(), HALF_OPEN)) {
            endsWith("bye", options, Socket::end);
            endsWith("bye", options, Socket::close);
            endsWith("", options, Socket::abort);
        }
    }

    private void endsWith(String last, SocketOptions options, SocketCallback ending) {
        BlockingQueue<String> received = queue();
        PeerScript script = peer -> {
            peer.end();
            received.add(last.isEmpty() ? String.valueOf(peer.drain()) : peer.readAllText());
        };
        for (RecordedSocket socket : bothWays(options, script, socket -> socket.onEnd(s -> {
            s.write("bye");
            ending.run(s);
        }))) {
            assertEquals("end close", traceOf(socket));
            assertNull(socket.closeError());
            assertEquals(last.isEmpty() ? "0" : last, received.remove());
        }
    }

    @Rule("HALF-003")
    @NotOver(value = TLS_1_2, because = NO_HALF_CLOSE)
    void aHalfOpenSocketWritesUntilItEndsOrCloses() {
        byte[] big = randomBytes(much(1));
        BlockingQueue<byte[]> received = queue();
        for (SocketCallback ending : List.<SocketCallback>of(Socket::end, Socket::close)) {
            for (RecordedSocket socket : bothWays(HALF_OPEN, peer -> received.add(peer.end().readAll()), socket ->
                    socket.onEnd(s -> s.loop().timer(Duration.ofMillis(1), first -> {
                        s.write(ByteBuffer.wrap(big), socket.completion("big"));
                        s.loop().timer(Duration.ofMillis(1), second -> {
                            write(socket, "bye");
                            ending.run(s);
                        });
                    })))) {
                assertEquals("end close", traceOf(socket));
                assertNull(socket.closeError());
                assertEquals(List.of("big", "bye"), socket.completions());
                assertSameBytes(followedBy(big, "bye"), received.remove());
            }
        }
    }
}
