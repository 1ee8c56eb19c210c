package dev.anyloop.tck.rules.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.CompletionCallback;
import dev.anyloop.ErrorKind;
import dev.anyloop.NetworkException;
import dev.anyloop.Socket;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Chapter WRITE of the specification, continued: writes that come too late. */
public abstract class TooLateRules extends Chapter {

    private static boolean write(RecordedSocket socket, int size, String label) {
        return socket.socket().write(ByteBuffer.allocate(size), socket.completion(label));
    }

    @Rule({"WRITE-006", "WRITE-004"})
    void aWriteTooLateIsRefusedAndFailsInItsPlace() {
        assertTooLate(Socket::end);
        assertTooLate(Socket::close);
    }

    /** While what was written before is still being sent, which the peer then gets in full. */
    private void assertTooLate(Consumer<Socket> end) {
        CountDownLatch looked = latch(1);
        int port = smallPeerServer(peer -> assertEquals(big(), peer.await(looked).readAll().length));
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            RecordedSocket sender = connect(loop, port, SMALL);
            sockets.add(sender);
            sender.onConnect(s -> {
                write(sender, big(), "in time");
                end.accept(s);
                assertRefused(sender, "at once");
                loop.timer(limits().mustNotHappen(), timer -> {
                    assertRefused(sender, "later");
                    assertEquals(List.of(), sender.completions());
                    looked.countDown();
                });
            });
        });
        assertEquals(List.of("in time", "at once:SOCKET_CLOSED", "later:SOCKET_CLOSED"),
                sockets.get(0).completions());
        assertNull(sockets.get(0).error());
    }

    private static void assertRefused(RecordedSocket sender, String label) {
        long pending = sender.socket().pendingBytes();
        assertFalse(write(sender, 10, label));
        assertFalse(sender.socket().write("text"));
        assertFalse(sender.socket().write(new byte[10]));
        assertFalse(sender.socket().write(new byte[0]));
        assertEquals(pending, sender.socket().pendingBytes(), "nothing is taken");
    }

    @Rule("WRITE-006")
    void aWriteAfterAnAbortOrAFailureIsRefused() {
        int port = peerServer(peer -> assertEquals(0, peer.drain()));
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            RecordedSocket aborted = connect(loop, port);
            RecordedSocket failed = connect(loop, refusingPort());
            sockets.addAll(List.of(aborted, failed));
            aborted.onConnect(s -> {
                s.abort();
                assertRefused(aborted, "aborted");
            });
            failed.onError((s, error) -> assertRefused(failed, "failed"));
        });
        assertEquals(List.of("aborted:SOCKET_CLOSED"), sockets.get(0).completions());
        assertEquals(List.of("failed:SOCKET_CLOSED"), sockets.get(1).completions());
    }

    @Rule("WRITE-006")
    void aWriteOnAClosedSocketFailsLaterAndOnce() {
        List<NetworkException> errors = new ArrayList<>();
        int port = peerServer(Peer::drain);
        withLoop(loop -> connect(loop, port).onConnect(Socket::close).onClose((s, none) -> {
            assertFalse(s.write(ByteBuffer.allocate(1), (same, error) -> errors.add(error)));
            assertEquals(0, errors.size(), "completed inside write");
        }));
        assertEquals(1, errors.size());
        assertEquals(ErrorKind.SOCKET_CLOSED, errors.get(0).kind());
    }

    /** A completion that always writes again puts neither the close callback off for ever nor the end of the loop. */
    @Rule({"WRITE-006", "CLOSE-004"})
    void whoAlwaysWritesAgainIsClosedAllTheSame() {
        int port = peerServer(Peer::drain);
        boolean[] closed = new boolean[1];
        withLoop(loop -> connect(loop, port)
                .onConnect(s -> {
                    s.abort();
                    writeForEver(s);
                })
                .onClose((s, error) -> {
                    closed[0] = true;
                    loop.shutdown(Duration.ZERO);
                }));
        assertTrue(closed[0]);
    }

    private static void writeForEver(Socket socket) {
        socket.write(ByteBuffer.allocate(1), (s, error) -> writeForEver(s));
    }

    /** No callback of a closed loop runs any more, so what was to be called must not be kept either. */
    @Rule({"WRITE-006", "LOOP-009"})
    void afterTheLoopIsClosedAWriteIsRefusedAndItsCompletionForgotten() {
        int port = peerServer(Peer::drain);
        List<NetworkException> errors = new ArrayList<>();
        withOpenLoop(loop -> {
            RecordedSocket sender = connect(loop, port).onConnect(s -> loop.close());
            loop.run();
            Socket closed = sender.socket();
            ByteBuffer bytes = ByteBuffer.allocate(10);
            WeakReference<CompletionCallback> kept = writeLate(closed, bytes, errors);
            assertFalse(bytes.hasRemaining());
            assertFalse(closed.write("text"));
            assertFalse(closed.write(new byte[10]));
            assertEquals(0, closed.pendingBytes());
            until(() -> {
                System.gc();
                return kept.get() == null;
            }, () -> "the completion is kept by " + closed);
        });
        assertEquals(List.of(), errors);
    }

    /** In a method of its own, whose frame does not keep the callback. */
    private static WeakReference<CompletionCallback> writeLate(
            Socket closed, ByteBuffer bytes, List<NetworkException> errors) {
        CompletionCallback done = (s, error) -> errors.add(error);
        assertFalse(closed.write(bytes, done));
        return new WeakReference<>(done);
    }
}
