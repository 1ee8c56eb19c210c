package dev.anyloop.tck.rules.read;

import static dev.anyloop.tck.rules.Medium.TLS_1_2;
import static dev.anyloop.tck.rules.Medium.TLS_1_3;
import static dev.anyloop.tck.rules.Medium.UNIX;
import static dev.anyloop.tck.rules.NotOver.NO_HALF_CLOSE;
import static dev.anyloop.tck.rules.NotOver.NO_RST;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.Set;
import java.util.concurrent.Semaphore;

/** Chapter READ of the specification: a peer that resets the connection, in every state of the socket. */
public abstract class ResetRules extends SocketChapter {

    private static final byte[] HELLO = "hello".getBytes(UTF_8);
    private static final byte[] NOTHING = {};

    /** What a test does with a socket when the reset has arrived and the loop does not know it yet. */
    @FunctionalInterface
    private interface Reaction {
        void run(RecordedSocket socket, Socket s) throws Exception;
    }

    /**
     * The peer sends some bytes and resets while the loop is blocked: in the connect or accept callback, and in a timer
     * later. At first nothing has been sent yet that the peer could leave unread.
     */
    private List<RecordedSocket> reset(byte[] last, Reaction reaction) {
        return reset((socket, s) -> leaveUnread(s), last, reaction);
    }

    /** The loop does something with the socket before the peer does. */
    private List<RecordedSocket> reset(Reaction before, byte[] last, Reaction reaction) {
        Semaphore go = semaphore(0);
        Semaphore gone = semaphore(0);
        PeerScript script = peer -> {
            go.acquire();
            peer.send(last).reset();
            gone.release();
        };
        SocketOptions roomy = SocketOptions.defaults().withBufferSizes(256 * 1024, 16 * 1024);
        List<RecordedSocket> sockets = new ArrayList<>();
        for (boolean later : medium() == UNIX ? new boolean[] {true} : new boolean[] {false, true}) {
            sockets.addAll(bothWays(roomy, script, socket -> whenConnected(socket, s -> {
                socket.onError((failed, error) -> assertOver(failed));
                before.run(socket, s);
                SocketCallback block = blocked -> {
                    go.release();
                    gone.acquire();
                    reaction.run(socket, s);
                };
                if (later) {
                    s.loop().timer(Duration.ofMillis(1), timer -> block.run(s));
                } else {
                    block.run(s);
                }
            })));
        }
        return sockets;
    }

    /** Nothing of a socket that has failed is left to wait for, nor to be sent. */
    private static void assertOver(Socket failed) {
        assertFalse(failed.isOpen());
        assertFalse(failed.write("x"));
        assertEquals(0, failed.pendingBytes());
    }

    /** Of which most is pending then. */
    private void writeMuch(RecordedSocket socket, Socket s) {
        s.write(ByteBuffer.allocate(big()), socket.completion("much"));
    }

    /** Other kernels may drop what they had received. */
    private static void assertReset(byte[] last, RecordedSocket socket) {
        String all = last.length == 0 ? "error close" : "data error close";
        if (System.getProperty("os.name").equals("Linux")) {
            assertEquals(all, traceOf(socket));
            assertSameBytes(last, socket.bytes());
        } else {
            assertTrue(traceOf(socket).matches("(data )?error close"), socket.trace());
        }
        assertFailed(ErrorKind.CONNECTION_RESET, socket);
    }

    @Rule("READ-005")
    void whatCameBeforeAResetIsDeliveredBeforeTheError() {
        byte[] twoChunks = randomBytes(100_000);
        for (byte[] last : List.of(NOTHING, HELLO, twoChunks)) {
            for (RecordedSocket socket : reset(last, (recorded, s) -> {})) {
                assertReset(last, socket);
            }
        }
    }

    @Rule({"READ-005", "WRITE-007", "WRITE-005"})
    void itAlsoIsIfAWriteFindsTheReset() {
        byte[] twoChunks = randomBytes(100_000);
        for (byte[] last : List.of(NOTHING, HELLO, twoChunks)) {
            for (RecordedSocket socket : reset(last, (recorded, s) -> {
                write(recorded, "a");
                write(recorded, "b");
            })) {
                assertReset(last, socket);
                assertEquals(List.of("a:CONNECTION_RESET", "b:CONNECTION_RESET"), socket.completions());
            }
        }
    }

    /** The first write is answered with a reset, which the next finds; what the peer sent before it closed is there before. */
    @Rule({"READ-005", "WRITE-007", "WRITE-005"})
    @NotOver(value = {TLS_1_3, TLS_1_2}, because = "who closes without a word has cut the connection, which reading may find first")
    void whatAPeerSentBeforeItClosedIsDeliveredThoughOurWritesFail() {
        SocketOptions unqueued = SocketOptions.defaults().withBufferSizes(256 * 1024, 0).withWaterMarks(1, 0);
        for (byte[] answer : List.of(NOTHING, HELLO, randomBytes(100_000))) {
            Semaphore go = semaphore(0);
            Semaphore gone = semaphore(0);
            PeerScript script = peer -> {
                go.acquire();
                peer.send(answer).socket().close();
                gone.release();
            };
            for (RecordedSocket socket : bothWays(unqueued, script, socket -> whenConnected(socket, s -> {
                go.release();
                gone.acquire();
                for (int i = 0; i < 10; i++) {
                    write(socket, "write " + i);
                    block(Duration.ofMillis(2)); // for the reset to come
                }
            }))) {
                assertSameBytes(answer, socket.bytes());
                assertTrue(traceOf(socket).matches("(data )?(error|end) close"), socket.trace());
                assertEquals("write 9:CONNECTION_RESET", socket.completions().get(9));
                assertEquals(ErrorKind.CONNECTION_RESET, socket.expectedCloseError().kind());
            }
        }
    }

    /** An engine that has just room to write on finds the reset there, and what it reads next looks like an end. */
    @Rule({"READ-005", "WRITE-005"})
    void itAlsoIsIfTheRestOfAWriteFindsTheReset() {
        byte[] twoChunks = randomBytes(100_000);
        for (byte[] last : List.of(NOTHING, HELLO, twoChunks)) {
            for (RecordedSocket socket : reset(this::writeMuch, last, (recorded, s) -> assertTrue(s.pendingBytes() > 0))) {
                assertReset(last, socket);
                assertEquals(List.of("much:CONNECTION_RESET"), socket.completions());
            }
        }
    }

    @Rule({"READ-005", "READ-007"})
    void itAlsoIsIfTheRestOfAWriteFindsTheResetOfAPausedSocket() {
        for (RecordedSocket socket : reset(this::writeMuch, HELLO, (recorded, s) -> {
            s.pause();
            afterQuiet(s.loop(), loop -> s.resume());
        })) {
            assertTrue(traceOf(socket).matches("(data )?error close"), socket.trace());
            assertFailed(ErrorKind.CONNECTION_RESET, socket);
            assertEquals(List.of("much:CONNECTION_RESET"), socket.completions());
        }
    }

    @Rule({"READ-005", "HALF-004"})
    void itAlsoIsIfTheEndOfOurSideFindsTheReset() {
        for (byte[] last : List.of(NOTHING, HELLO)) {
            for (RecordedSocket socket : reset(last, (recorded, s) -> s.end())) {
                assertReset(last, socket);
            }
            for (RecordedSocket socket : reset(last, (recorded, s) -> {
                write(recorded, "a");
                s.end();
            })) {
                assertReset(last, socket);
                assertEquals(List.of("a:CONNECTION_RESET"), socket.completions());
            }
        }
    }

    @Rule({"READ-005", "WRITE-007"})
    void itAlsoIsIfTheDataCallbackWrites() {
        byte[] twoChunks = randomBytes(100_000);
        for (byte[] last : List.of(HELLO, twoChunks)) {
            for (RecordedSocket socket : reset(last, (recorded, s) -> recorded.onRead((t, view) -> t.write(view)))) {
                assertReset(last, socket);
            }
        }
    }

    /** The socket waits for what came before the reset, and then it does not get it. */
    @Rule({"READ-005", "ORDER-008"})
    void aWriteThatFoundTheResetIsReportedIfTheSocketIsPausedThen() {
        for (RecordedSocket socket : reset(randomBytes(100_000), (recorded, s) -> {
            recorded.onRead((t, view) -> t.pause());
            s.write("x");
        })) {
            assertTrue(traceOf(socket).matches("(data )?error close"), socket.trace());
            assertTrue(socket.byteCount() <= 65_536, socket.byteCount() + " bytes");
            assertFailed(ErrorKind.CONNECTION_RESET, socket);
        }
    }

    @Rule({"READ-005", "CLOSE-004"})
    void aSocketThatIsClosedWhenTheResetHasArrivedGetsNoError() {
        for (RecordedSocket socket : reset(HELLO, (recorded, s) -> s.close())) {
            assertEquals("close", traceOf(socket));
        }
        for (RecordedSocket socket : reset(HELLO, (recorded, s) -> {
            recorded.onRead((t, view) -> t.close());
            s.write("x");
        })) {
            assertTrue(traceOf(socket).matches("(data|error) close"), socket.trace());
        }
    }

    @Rule({"READ-005", "READ-007"})
    void aResetOfAPausedSocketIsReportedWhenItIsResumed() {
        for (RecordedSocket socket : reset(HELLO, (recorded, s) -> {
            s.pause();
            afterQuiet(s.loop(), loop -> {
                assertTrue(traceOf(recorded).matches("|error close"), recorded.trace());
                s.resume();
            });
        })) {
            assertTrue(traceOf(socket).matches("(data )?error close"), socket.trace());
            assertFailed(ErrorKind.CONNECTION_RESET, socket);
        }
    }

    @Rule({"READ-005", "WRITE-007"})
    void aResetOfAPausedSocketIsReportedWhenItWrites() {
        for (RecordedSocket socket : reset(HELLO, (recorded, s) -> {
            s.pause();
            write(recorded, "a");
        })) {
            assertEquals("error close", traceOf(socket));
            assertFailed(ErrorKind.CONNECTION_RESET, socket);
            assertEquals(List.of("a:CONNECTION_RESET"), socket.completions());
        }
    }

    @Rule({"READ-005", "HALF-006"})
    @NotOver(value = TLS_1_2, because = NO_HALF_CLOSE)
    @NotOver(value = UNIX, because = NO_RST)
    void aResetAfterOurEndIsAnError() {
        PeerScript script = peer -> {
            peer.readAll();
            peer.send(HELLO).reset();
        };
        for (RecordedSocket socket : bothWays(script, socket -> socket.socket().end())) {
            assertReset(HELLO, socket);
        }
    }

    /** Unless the engine has told of it before (HALF-008). */
    @Rule({"READ-005", "WRITE-007", "HALF-003"})
    @NotOver(value = TLS_1_2, because = NO_HALF_CLOSE)
    void aResetAfterThePeersEndIsFoundByTheNextWrite() {
        Semaphore gone = semaphore(0);
        PeerScript script = peer -> {
            peer.end().read(1);
            peer.reset();
            gone.release();
        };
        for (RecordedSocket socket : bothWays(SocketOptions.defaults().withAllowHalfOpen(true), script, socket ->
                socket.onEnd(s -> {
                    s.write("x");
                    when(s.loop(), gone::tryAcquire, loop -> write(socket, "a"));
                }))) {
            assertEquals("end error close", traceOf(socket));
            assertFailed(ErrorKind.CONNECTION_RESET, socket);
            assertTrue(Set.of("a:CONNECTION_RESET", "a:SOCKET_CLOSED").containsAll(socket.completions()), socket.completions()::toString);
        }
    }

    /** Nothing is lost then, so that this may also be an ordinary close. */
    @Rule({"HALF-005", "HALF-007"})
    @NotOver(value = TLS_1_2, because = NO_HALF_CLOSE)
    void aResetAfterThePeersEndDoesNotKeepASocketThatEnds() {
        Semaphore gone = semaphore(0);
        PeerScript script = peer -> {
            peer.end().read(1);
            peer.reset();
            gone.release();
        };
        for (RecordedSocket socket : bothWays(SocketOptions.defaults().withAllowHalfOpen(true), script, socket ->
                socket.onEnd(s -> {
                    s.write("x");
                    when(s.loop(), gone::tryAcquire, loop -> s.end());
                }))) {
            assertTrue(traceOf(socket).matches("end (error )?close"), socket.trace());
        }
    }
}
