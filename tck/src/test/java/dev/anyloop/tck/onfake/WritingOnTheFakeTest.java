package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Payload;
import dev.anyloop.tck.run.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Core's sending half before a kernel that takes exactly as many bytes as it is told to. */
class WritingOnTheFakeTest extends OnTheFake {

    private static final SocketOptions MARKS = SocketOptions.defaults().withWaterMarks(100, 10);

    private void write(Socket socket, int size, String label) {
        socket.write(ByteBuffer.allocate(size), (s, error) -> note(outcome(label, error)));
    }

    @Rule("WRITE-008")
    void aWriteThatReachesTheMarkOffersItToTheKernelFirst() {
        run(loop -> connect(loop, MARKS).onConnect(s -> {
            assertTrue(s.write(new byte[99]));
            assertEquals(99, s.pendingBytes(), "nothing is offered below the mark before the callback is over");
            assertTrue(s.write(new byte[1]));
            assertEquals(0, s.pendingBytes());
            assertTrue(s.write(new byte[5_000_000]));
            peer().capacity(5_000_101);
            assertTrue(s.write(new byte[100]), "99 are left");
            assertFalse(s.write(new byte[1]));
            assertFalse(s.write(new byte[0]));
            s.abort();
        }));
        assertEquals(List.of("close@0"), log);
    }

    @Rule("WRITE-009")
    void thereIsNoDrainWhenThePollThatWouldBringItBringsThePeersEndToo() {
        run(loop -> connect(loop, MARKS).onConnect(s -> {
            peer().capacity(0);
            assertFalse(s.write(new byte[100]));
            s.end();
            at(loop, 1, l -> peer().capacity(100).end());
        }));
        assertEquals(List.of("close@1"), log);
    }

    @Rule("WRITE-009")
    void thereIsNoneWhenThatWasTheLastThingToDo() {
        run(loop -> connect(loop, MARKS.withAllowHalfOpen(true)).onConnect(s -> {
            peer().capacity(0).end();
            assertFalse(s.write(new byte[100]));
            at(loop, 1, l -> s.end());
            at(loop, 2, l -> peer().capacity(100));
        }));
        assertEquals(List.of("close@2"), log);
    }

    @Rule("WRITE-009")
    void drainComesAtTheLowMarkNotBeforeAndOnce() {
        run(loop -> connect(loop, MARKS).onConnect(s -> {
            peer().capacity(0);
            assertFalse(s.write(new byte[100]));
            at(loop, 1, l -> peer().capacity(89));
            at(loop, 2, l -> assertEquals(11, s.pendingBytes()));
            at(loop, 3, l -> peer().capacity(90));
            at(loop, 4, l -> assertEquals(10, s.pendingBytes()));
            at(loop, 5, l -> peer().capacity(100));
            at(loop, 6, l -> s.close());
        }));
        assertEquals(List.of("drain@3", "close@6"), log);
    }

    @Rule("WRITE-009")
    void drainDoesNotComeForOneByteLessThanTheMark() {
        run(loop -> connect(loop, MARKS).onConnect(s -> {
            peer().capacity(0);
            assertTrue(s.write(new byte[99]));
            at(loop, 1, l -> peer().capacity(99));
            at(loop, 2, l -> s.close());
        }));
        assertEquals(List.of("close@2"), log);
    }

    @Rule("WRITE-009")
    void aLowMarkOfZeroWaitsForTheLastByte() {
        run(loop -> connect(loop, SocketOptions.defaults().withWaterMarks(1, 0)).onConnect(s -> {
            peer().capacity(0);
            assertFalse(s.write(new byte[2]));
            at(loop, 1, l -> peer().capacity(1));
            at(loop, 2, l -> peer().capacity(2));
            at(loop, 3, l -> s.abort());
        }));
        assertEquals(List.of("drain@2", "close@3"), log);
    }

    /** The second time is over before the callback of the first has run. */
    @Rule("WRITE-009")
    void drainComesForEachTimeTheMarkWasReached() {
        run(loop -> connect(loop, MARKS).onConnect(s -> {
            peer().capacity(0);
            assertFalse(s.write(new byte[200]));
            at(loop, 1, l -> {
                peer().capacity(200);
                loop.timer(Duration.ZERO, timer -> { // after the poll that drains, before what is deferred
                    assertEquals(0, s.pendingBytes());
                    assertFalse(s.write(new byte[100]));
                    peer().capacity(300);
                });
            });
            at(loop, 5, l -> s.abort());
        }));
        assertEquals(List.of("drain@1", "drain@1", "close@5"), log);
    }

    @Rule("WRITE-009")
    void drainDoesNotComeOnceTheSocketWasClosed() {
        run(loop -> connect(loop, MARKS).onConnect(s -> {
            peer().capacity(0);
            assertFalse(s.write(new byte[200]));
            at(loop, 1, l -> {
                peer().capacity(200);
                loop.timer(Duration.ZERO, timer -> s.close()); // drained by then, and not yet told
            });
        }));
        assertEquals(List.of("close@1"), log);
    }

    @Rule({"WRITE-004", "WRITE-010"})
    void aCompletionWaitsForItsLastByteOnly() {
        run(loop -> connect(loop, MARKS).onConnect(s -> {
            peer().capacity(0);
            write(s, 10, "a");
            write(s, 20, "b");
            write(s, 0, "empty");
            write(s, 30, "c");
            long[] pending = {60, 51, 50, 31, 30, 1, 0};
            int[] capacity = {0, 9, 10, 29, 30, 59, 60};
            for (int i = 0; i < capacity.length; i++) {
                int step = i;
                at(loop, 2 * i + 1, l -> peer().capacity(capacity[step]));
                at(loop, 2 * i + 2, l -> assertEquals(pending[step], s.pendingBytes()));
            }
            at(loop, 20, l -> s.abort());
        }));
        assertEquals(List.of("a@5", "b@9", "empty@9", "c@13", "close@20"), log);
    }

    @Rule({"WRITE-006", "WRITE-004"})
    void aRefusedWriteCompletesAfterThoseInTime() {
        run(loop -> connect(loop, MARKS).onConnect(s -> {
            peer().capacity(0);
            write(s, 10, "in time");
            s.end();
            write(s, 10, "late");
            at(loop, 1, l -> peer().capacity(10));
            at(loop, 2, l -> s.abort());
        }));
        assertEquals(List.of("in time@1", "late SOCKET_CLOSED@1", "close@2"), log);
    }

    @Rule({"WRITE-005", "WRITE-006"})
    void aRefusedWriteIsRefusedAlsoWhenTheOthersFail() {
        run(loop -> connect(loop, MARKS).onConnect(s -> {
            peer().capacity(0);
            write(s, 10, "in time");
            s.end();
            write(s, 10, "late");
            at(loop, 1, l -> connection(0).failOutput(new IOException("Broken pipe")));
        }));
        assertEquals(List.of("error CONNECTION_RESET@1", "in time CONNECTION_RESET@1", "late SOCKET_CLOSED@1",
                "close CONNECTION_RESET@1"), log);
    }

    @Rule("WRITE-003")
    void anEmptyWriteReArmsNoTimeout() {
        run(loop -> connect(loop, MARKS).onConnect(s -> {
            peer().capacity(0);
            s.writeTimeout(Duration.ofMillis(100)).readTimeout(Duration.ofMillis(200)).write(new byte[1]);
            loop.interval(Duration.ofMillis(10), timer -> s.write(new byte[0])).unref();
        }));
        assertEquals(List.of("error WRITE_TIMEOUT@100", "close WRITE_TIMEOUT@100"), log);
    }

    @Rule("WRITE-008")
    void everyFormOfWriteSaysWhenToWait() {
        run(loop -> connect(loop, MARKS).onConnect(s -> {
            peer().capacity(0);
            ByteBuffer one = ByteBuffer.allocate(1);
            assertTrue(s.write("x") && s.write(new byte[1]) && s.write(one.duplicate()));
            assertTrue(s.write(one.duplicate(), (same, error) -> {}));
            assertFalse(s.write(new byte[100]));
            assertFalse(s.write("x") || s.write(new byte[1]) || s.write(one.duplicate()));
            assertFalse(s.write(one.duplicate(), (same, error) -> {}));
            s.abort();
        }));
    }

    @Rule({"WRITE-006", "WRITE-004"})
    void aWriteAfterTheEndIsRefusedInEveryForm() {
        run(loop -> connect(loop, MARKS).onConnect(s -> {
            s.end();
            at(loop, 5, l -> {
                assertFalse(s.write("late"));
                assertFalse(s.write(new byte[1]));
                assertFalse(s.write(ByteBuffer.allocate(1)));
                write(s, 1, "late");
                assertEquals(0, s.pendingBytes());
            });
            at(loop, 9, l -> s.abort());
        }));
        assertEquals(List.of("late SOCKET_CLOSED@5", "close@9"), log);
    }

    @Rule({"WRITE-011", "WRITE-014"})
    void whatATaskOrATimerWritesLeavesBeforeTheLoopWaitsOrStops() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            Socket socket = connect(loop, MARKS);
            at(loop, 5, l -> loop.execute(() -> socket.write("from a task")));
            at(loop, 9, l -> assertEquals("from a task", peer().readText()));
            at(loop, 10, l -> {
                socket.write("from a timer");
                loop.stop();
            });
            loop.run();
            assertEquals("from a timer", peer().readText());
            socket.write("from between runs");
        }
        assertEquals("from between runs", peer().readText());
    }

    @Rule({"TIMEOUT-005", "TIMEOUT-006"})
    void aWriteTimeoutDoesNotRunWhileNothingIsPending() {
        run(loop -> connect(loop, MARKS).onConnect(s -> {
            s.writeTimeout(Duration.ofMillis(50));
            at(loop, 10, l -> s.writeTimeout(Duration.ofMillis(50)).write("x"));
            at(loop, 20, l -> s.writeTimeout(Duration.ofMillis(50)));
            at(loop, 500, l -> s.abort());
        }));
        assertEquals(List.of("close@500"), log);
    }

    // By chance: what is written and what the kernel takes

    @Rule({"WRITE-001", "WRITE-008", "WRITE-010"})
    void whateverTheSizesTheBytesTheMarksAndTheCountsAreRight() {
        for (int i = 0; i < 30; i++) {
            log.clear();
            new RandomWrites(Seed.current().random("writes" + i)).run();
        }
    }

    private final class RandomWrites {

        private final Random random;
        private final Payload sent = new Payload();
        private final Payload received = new Payload();
        private int turns = 300;
        private boolean aboveMark;
        private int expectedDrains;

        RandomWrites(Random random) {
            this.random = random;
        }

        void run() {
            SocketOptions options = SocketOptions.defaults().withWaterMarks(150_000, 70_000);
            WritingOnTheFakeTest.this.run(loop -> connect(loop, options).onConnect(s -> {
                peer().capacity(90_000);
                loop.interval(Duration.ofMillis(1), timer -> {
                    check(loop, s);
                    if (turns-- > 0) {
                        write(s);
                    } else if (s.pendingBytes() == 0) {
                        timer.cancel();
                        s.close();
                    }
                    byte[] taken = peer().read(random.nextInt(120_000));
                    received.check(taken, taken.length);
                });
            }));
            assertEquals(sent.offset(), received.offset() + peer().read(Integer.MAX_VALUE).length);
            assertEquals(expectedDrains, log.stream().filter(entry -> entry.startsWith("drain")).count());
        }

        private void check(EventLoop loop, Socket s) {
            assertEquals(sent.offset() - loop.stats().bytesOut(), s.pendingBytes());
            if (aboveMark && s.pendingBytes() <= 70_000) {
                aboveMark = false;
                expectedDrains++;
            }
        }

        private void write(Socket s) {
            for (int i = random.nextInt(4); i > 0; i--) {
                int size = random.nextInt(5) == 0 ? 65_535 + random.nextInt(3) : random.nextInt(50_000);
                boolean below = s.write(ByteBuffer.wrap(sent.next(random.nextBoolean() ? size : size / 1000)));
                assertEquals(s.pendingBytes() < 150_000, below);
                aboveMark |= !below;
            }
        }
    }
}
