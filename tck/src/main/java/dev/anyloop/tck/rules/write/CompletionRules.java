package dev.anyloop.tck.rules.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.CompletionCallback;
import dev.anyloop.ErrorKind;
import dev.anyloop.NetworkException;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Chapter WRITE of the specification, continued: how a write ends, well or badly. */
public abstract class CompletionRules extends Chapter {

    private static boolean write(RecordedSocket socket, int size, String label) {
        return socket.socket().write(ByteBuffer.allocate(size), socket.completion(label));
    }

    // Well

    @Rule({"WRITE-004", "WRITE-010"})
    void aCompletionWaitsUntilTheKernelHasTakenTheBytes() {
        CountDownLatch looked = latch(1);
        int port = smallPeerServer(peer -> peer.await(looked).drain());
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            RecordedSocket sender = connect(loop, port, SMALL);
            sockets.add(sender);
            sender.onConnect(s -> {
                write(sender, 1, "small");
                write(sender, big(), "big");
                when(loop, () -> !sender.completions().isEmpty(), l -> afterQuiet(l, x -> {
                    assertEquals(List.of("small"), sender.completions());
                    looked.countDown();
                    s.write(ByteBuffer.allocate(1), (same, error) -> {
                        assertEquals(List.of("small", "big"), sender.completions());
                        assertEquals(0, s.pendingBytes());
                        s.close();
                    });
                }));
            });
        });
        assertEquals("connect close", sockets.get(0).trace());
    }

    @Rule("WRITE-004")
    void completionsComeInOrderAndNeverInsideWrite() {
        int port = smallPeerServer(Peer::drain);
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            RecordedSocket sender = connect(loop, port, SMALL);
            sockets.add(sender);
            writeLabelled(sender, 0, 30);
            sender.onConnect(s -> {
                writeLabelled(sender, 30, 60);
                loop.execute(() -> { // no recorded callback around it
                    writeLabelled(sender, 60, 90);
                    write(sender, big(), "last");
                    s.close();
                });
            });
        });
        assertEquals(91, sockets.get(0).completions().size());
        assertEquals("last", sockets.get(0).completions().get(90));
    }

    private void writeLabelled(RecordedSocket sender, int from, int to) {
        for (int i = from; i < to; i++) {
            int before = sender.completions().size();
            write(sender, random().nextInt(65_536), "" + i);
            assertEquals(before, sender.completions().size(), "completed inside write");
        }
    }

    @Rule({"WRITE-003", "WRITE-004"})
    void anEmptyWriteCompletesInItsPlace() {
        CountDownLatch looked = latch(1);
        int port = smallPeerServer(peer -> assertEquals(big() + 1, peer.await(looked).drain()));
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            RecordedSocket sender = connect(loop, port, SMALL);
            sockets.add(sender);
            write(sender, 0, "before");
            sender.onConnect(s -> {
                write(sender, 0, "first");
                write(sender, big(), "big");
                write(sender, 0, "second");
                write(sender, 1, "one");
                write(sender, 0, "last");
                when(loop, () -> sender.completions().size() == 2, l -> afterQuiet(l, x -> {
                    assertEquals(List.of("before", "first"), sender.completions());
                    looked.countDown();
                    s.close();
                }));
            });
        });
        assertEquals(List.of("before", "first", "big", "second", "one", "last"), sockets.get(0).completions());
    }

    @Rule({"WRITE-003", "WRITE-004"})
    void anEmptyWriteOnAnIdleSocketCompletes() {
        List<RecordedSocket> sockets = new ArrayList<>();
        int port = peerServer(peer -> assertEquals(0, peer.drain()));
        withLoop(loop -> {
            RecordedSocket sender = connect(loop, port);
            sockets.add(sender);
            sender.onConnect(s -> loop.timer(Duration.ofMillis(5), timer ->
                    s.write(ByteBuffer.allocate(0), (same, error) -> {
                        assertNull(error);
                        s.close();
                    })));
        });
        assertEquals("connect close", sockets.get(0).trace());
        assertEquals(0, sockets.get(0).drains());
    }

    // Badly

    @Rule({"WRITE-005", "WRITE-004"})
    void unfinishedWritesFailWithTheVeryErrorOfTheSocket() {
        CountDownLatch written = latch(1);
        assertUnfinishedFail(ErrorKind.CONNECTION_RESET, smallPeerServer(peer -> peer.await(written).reset()),
                s -> written.countDown());
        assertUnfinishedFail(ErrorKind.CONNECT_REFUSED, refusingPort(), s -> {});
        int silent = smallPeerServer(Peer::hold);
        assertUnfinishedFail(ErrorKind.WRITE_TIMEOUT, silent, s -> s.writeTimeout(Duration.ofMillis(20)));
        assertUnfinishedFail(ErrorKind.READ_TIMEOUT, silent, s -> s.readTimeout(Duration.ofMillis(20)));
    }

    /** The kind of one that comes too late says nothing of those before it. */
    @Rule({"WRITE-004", "CONN-011", "WRITE-006"})
    void anEmptyWriteFailsWithTheConnectThoughALaterOneIsRefused() {
        List<ErrorKind> kinds = new ArrayList<>();
        CompletionCallback completed = (s, error) -> kinds.add(error == null ? null : error.kind());
        int port = refusingPort();
        withLoop(loop -> {
            RecordedSocket sender = connect(loop, port).onError((s, error) -> {});
            sender.socket().write(ByteBuffer.allocate(0), completed);
            sender.socket().end();
            sender.socket().write(ByteBuffer.allocate(5), completed);
        });
        assertEquals(List.of(ErrorKind.CONNECT_REFUSED, ErrorKind.SOCKET_CLOSED), kinds);
    }

    private void assertUnfinishedFail(ErrorKind kind, int port, Consumer<Socket> onConnect) {
        List<RecordedSocket> sockets = new ArrayList<>();
        List<NetworkException> errors = new ArrayList<>();
        CompletionCallback failed = (s, error) -> errors.add(error);
        withLoop(loop -> {
            RecordedSocket sender = connect(loop, port, SMALL);
            sockets.add(sender);
            sender.socket().write(ByteBuffer.allocate(big()), failed);
            sender.socket().write(ByteBuffer.allocate(0), failed);
            sender.socket().write(ByteBuffer.allocate(1), failed);
            sender.onConnect(onConnect::accept)
                    .onError((s, error) -> assertEquals(0, errors.size(), "the error comes first"))
                    .onClose((s, error) -> assertEquals(3, errors.size(), "close comes last"));
        });
        NetworkException error = sockets.get(0).error();
        assertNotNull(error);
        assertEquals(kind, error.kind());
        errors.forEach(each -> assertSame(error, each));
        assertSame(error, sockets.get(0).closeError());
    }

    @Rule({"WRITE-005", "CLOSE-001", "CLOSE-005"})
    void unfinishedWritesOfAnAbortedSocketFailAsClosed() {
        assertUnfinishedFailAsClosed(Socket::abort);
        assertUnfinishedFailAsClosed(s -> {
            s.close();
            s.abort();
        });
    }

    @Rule({"WRITE-005", "LOOP-009"})
    void unfinishedWritesFailAsClosedWhenTheLoopCloses() {
        assertUnfinishedFailAsClosed(s -> s.loop().close());
    }

    private void assertUnfinishedFailAsClosed(Consumer<Socket> end) {
        int port = smallPeerServer(Peer::hold);
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            RecordedSocket sender = connect(loop, port, SMALL);
            sockets.add(sender);
            sender.onConnect(s -> {
                write(sender, 1, "small");
                write(sender, big(), "big");
                write(sender, 1, "after");
                when(loop, () -> !sender.completions().isEmpty(), l -> end.accept(s));
            });
        });
        assertEquals(List.of("small", "big:SOCKET_CLOSED", "after:SOCKET_CLOSED"), sockets.get(0).completions());
        assertEquals("connect close", sockets.get(0).trace());
        assertNull(sockets.get(0).closeError());
    }

    // Very many

    private static final int MANY = 10_000;

    /** The completions of a thousand bytes each, all of which have to come, in their order. */
    private static final class Count {
        private int next;
        private int succeeded;

        void write(Socket socket, int writes) {
            for (int i = 0; i < writes; i++) {
                int number = i;
                socket.write(ByteBuffer.allocate(1_000), (s, error) -> {
                    assertEquals(number, next++, "out of its order");
                    assertTrue(error == null || error.kind() == ErrorKind.SOCKET_CLOSED, () -> "" + error);
                    assertTrue(error != null || succeeded == number, "one was sent after one that was not");
                    succeeded += error == null ? 1 : 0;
                });
            }
        }
    }

    @Rule({"WRITE-004", "WRITE-005"})
    void ofTenThousandSmallWritesEachCompletesOnceWhenTheSocketIsAborted() {
        long few = nanosToAbort(MANY / 20);
        long many = nanosToAbort(MANY);
        for (int again = 0; again < 3 && !isInProportion(few, many); again++) { // to a thread that had to wait
            many = nanosToAbort(MANY);
        }
        assertTrue(isInProportion(few, many), "twenty times as many writes take " + many + " instead of " + few + " ns");
    }

    private boolean isInProportion(long few, long many) {
        return many < 200 * few + limits().mustNotHappen().toNanos();
    }

    private long nanosToAbort(int writes) {
        int port = smallPeerServer(Peer::hold);
        long[] nanos = new long[1];
        Count count = new Count();
        withLoop(loop -> connect(loop, port, SMALL)
                .onConnect(s -> {
                    nanos[0] = nanoTime();
                    count.write(s, writes);
                    loop.execute(() -> { // when the kernel has got its share
                        assertTrue(s.pendingBytes() > 0);
                        s.abort();
                    });
                })
                .onClose((s, error) -> nanos[0] = nanoTime() - nanos[0]));
        assertEquals(writes, count.next);
        assertTrue(count.succeeded < writes, "all were sent to a peer that did not read");
        return nanos[0];
    }

    @Rule("WRITE-004")
    void ofTenThousandSmallWritesEachCompletesOnceWhenAStallIsOver() {
        CountDownLatch stalled = latch(1);
        int port = smallPeerServer(peer -> assertEquals(MANY * 1_000, peer.await(stalled).drain()));
        Count count = new Count();
        withLoop(loop -> connect(loop, port, SMALL).onConnect(s -> {
            count.write(s, MANY);
            afterQuiet(loop, quiet -> {
                assertTrue(s.pendingBytes() > 0);
                stalled.countDown();
                s.close();
            });
        }));
        assertEquals(MANY, count.succeeded);
    }

    // To a peer that is gone

    @Rule({"WRITE-007", "READ-005", "ERR-002"})
    void writingToAPeerThatHasResetFailsOnce() {
        assertReset("connect error close", true, Peer::reset);
        assertReset("connect error close", false, Peer::reset);
    }

    /** Where sending fails before the end was read, the end is passed over: it would hide the reset (READ-005). */
    @Rule({"WRITE-007", "ERR-002"})
    void writingToAPeerThatHasClosedFailsOnceAsAReset() {
        assertReset("connect (end )?error close", true, peer -> {});
        assertReset("connect (end )?error close", true, peer -> peer.read(5));
        assertReset("connect error close", false, peer -> {});
        assertReset("connect error close", false, peer -> peer.read(5));
    }

    /** Writes for ever, reading or paused, to a peer that goes after the first five bytes. */
    private void assertReset(String trace, boolean reading, PeerScript goes) {
        CountDownLatch written = latch(1);
        int port = peerServer(peer -> goes.run(peer.await(written)));
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            RecordedSocket sender = connect(loop, port, SocketOptions.defaults().withAllowHalfOpen(true));
            sockets.add(sender);
            sender.onConnect(s -> {
                if (!reading) {
                    s.pause();
                }
                s.write(ByteBuffer.wrap(new byte[5]), (same, error) -> written.countDown());
                loop.interval(Duration.ofMillis(1), timer -> s.write("x")).unref();
            });
        });
        assertTrue(sockets.get(0).trace().matches(trace), sockets.get(0).trace());
        assertEquals(ErrorKind.CONNECTION_RESET, sockets.get(0).expectedError().kind());
    }
}
