package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.fake.FakePeer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/** What a failure does that meets a close, an end, or code that does not give up. */
class FailingOnTheFakeTest extends OnTheFake {

    private static final SocketOptions DEFAULTS = SocketOptions.defaults();
    private static final int MANY = 300_000; // above the high water mark, so that it is offered to the kernel at once

    /** A socket and another one whose data arrives in the same poll as a reset of the first. */
    private void failTogetherWith(EventLoop loop, Meanwhile meanwhile) {
        Socket failing = connect(loop, DEFAULTS);
        Socket other = loop.connect("10.0.0.2", 80).onRead((s, data) -> {
            meanwhile.act(failing);
            s.abort();
        });
        connection(1).complete();
        at(loop, 100, l -> {
            peer().reset();
            connection(1).peer().send("x");
        });
        assertTrue(other.isOpen());
    }

    @FunctionalInterface
    private interface Meanwhile {
        void act(Socket failing);
    }

    @Rule({"CLOSE-004", "WRITE-007"})
    void aWriteOfTheEndCallbackThatFailsAtOnceIsReported() {
        run(loop -> {
            connect(loop, DEFAULTS).onEnd(s -> s.write(new byte[MANY]));
            at(loop, 100, l -> {
                connection(0).failOutput(new IOException("Broken pipe"));
                peer().end();
            });
        });
        assertEquals(List.of("error CONNECTION_RESET@100", "close CONNECTION_RESET@100"), log);
    }

    /** Nothing of what it waits for would ever come: it resumes when its write is done. */
    @Rule({"READ-005", "WRITE-005"})
    void aPausedSocketWithBytesPendingHearsOfAFailureFoundByReading() {
        run(loop -> {
            Socket socket = connect(loop, DEFAULTS);
            at(loop, 100, l -> {
                connection(0).readAhead();
                peer().capacity(1_000);
                socket.pause();
                socket.write(ByteBuffer.wrap(new byte[MANY]), (s, error) -> note(outcome("written", error)));
            });
            at(loop, 200, l -> peer().breakInput(new IOException("Connection reset")));
        });
        assertEquals(List.of("error CONNECTION_RESET@200", "written CONNECTION_RESET@200", "close CONNECTION_RESET@200"), log);
    }

    @Rule({"CLOSE-004", "LOOP-015"})
    void aShutdownDoesNotKeepAFailureToItself() {
        run(loop -> failTogetherWith(loop, failing -> loop.shutdown(Duration.ofSeconds(1))));
        assertEquals(List.of("error CONNECTION_RESET@100", "close CONNECTION_RESET@100"), log);
    }

    @Rule({"CLOSE-004", "ORDER-005"})
    void afterAnAbortNotEvenCloseTellsOfAFailureNobodyHeardOf() {
        run(loop -> failTogetherWith(loop, Socket::abort));
        assertEquals(List.of("close@100"), log);
    }

    @Rule({"CLOSE-004", "CLOSE-005"})
    void anAbortInTheErrorCallbackDoesNotTakeTheErrorBack() {
        run(loop -> {
            connect(loop, DEFAULTS).onError((s, error) -> s.abort());
            at(loop, 100, l -> peer().reset());
        });
        assertEquals(List.of("close CONNECTION_RESET@100"), log);
    }

    @Rule({"WRITE-006", "CLOSE-004"})
    void aCompletionThatWritesAgainDoesNotPutTheCloseOff() {
        run(loop -> {
            Socket socket = connect(loop, DEFAULTS);
            peer().capacity(0);
            pump(socket);
            at(loop, 100, l -> peer().reset());
        });
        assertEquals(List.of("error CONNECTION_RESET@100", "close CONNECTION_RESET@100"), log);
    }

    /** Writes on and on, without a look at the error, until it has seen the close. */
    private void pump(Socket socket) {
        if (log.size() < 2) {
            socket.write(ByteBuffer.allocate(1_000), (s, error) -> pump(s));
        }
    }

    @Rule({"TIMEOUT-007", "TIMEOUT-003"})
    void bytesThatCameInTheDecidingPollCountHoweverLongTheirCallbackTakes() {
        run(loop -> {
            Socket socket = connect(loop, DEFAULTS).readTimeout(Duration.ofMillis(200));
            FakePeer peer = peer();
            int[] chunks = new int[1];
            socket.onRead((s, data) -> {
                advance(300);
                if (++chunks[0] < 5) {
                    peer.send("x");
                }
            });
            at(loop, 50, l -> peer.send("x"));
        });
        assertEquals(List.of("error READ_TIMEOUT@1550", "close READ_TIMEOUT@1550"), log);
    }

    @Rule({"LOOP-002", "LOOP-015"})
    void aRunAfterTheGraceStillRunsItsInit() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            loop.run(init -> loop.shutdown(Duration.ZERO));
            loop.run(init -> note("init"));
        }
        assertEquals(List.of("init@0"), log);
    }
}
