package dev.anyloop.tck.rules.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.Server;
import dev.anyloop.Timer;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.RecordedSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Chapter LOOP of the specification, first part: running a loop until nothing is left in it, and running it again. */
public abstract class LoopRules extends LoopChapter {

    @Rule("LOOP-001")
    void everyCallbackRunsOnTheThreadThatCalledRun() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        List<String> seen = new ArrayList<>();
        withOpenLoop(loop -> {
            loop.onUncaught((l, thrown) -> note(threads, seen, "uncaught"));
            loop.execute(() -> note(threads, seen, "task"));
            loop.timer(Duration.ofMillis(1), timer -> note(threads, seen, "timer"));
            Hold hold = loop.hold();
            helper(() -> {
                loop.execute(() -> note(threads, seen, "task from outside"));
                hold.release();
            });
            Server server = loop.listen(LOCALHOST, 0, (listening, accepted) -> {
                note(threads, seen, "accept");
                accepted.onEnd(socket -> note(threads, seen, "end"));
                listening.close();
            });
            server.onClose(closed -> note(threads, seen, "server close"));
            loop.run(init -> {
                note(threads, seen, "init");
                loop.connect(LOCALHOST, port(server))
                        .onConnect(socket -> {
                            note(threads, seen, "connect");
                            socket.write(ByteBuffer.allocate(1), (s, error) -> note(threads, seen, "completion"));
                            socket.close();
                        })
                        .onClose((socket, error) -> {
                            note(threads, seen, "close");
                            throw new Exception("for the last callback");
                        });
            });
        });
        assertEquals(Set.of(Thread.currentThread()), threads);
        assertEquals(Set.of("init", "task", "task from outside", "timer", "accept", "connect", "completion", "end",
                "close", "server close", "uncaught"), Set.copyOf(seen));
        assertEquals(11, seen.size());
    }

    private static void note(Set<Thread> threads, List<String> seen, String callback) {
        threads.add(Thread.currentThread());
        seen.add(callback);
    }

    @Rule("LOOP-002")
    void initRunsOnceAfterEarlierTasksAndBeforeAllElse() {
        int port = peerServer(peer -> peer.send("x").readAll());
        List<String> seen = new ArrayList<>();
        withOpenLoop(loop -> {
            loop.timer(Duration.ZERO, timer -> seen.add("timer"));
            loop.execute(() -> {
                seen.add("task 1");
                loop.execute(() -> seen.add("task of task 1"));
            });
            loop.execute(() -> seen.add("task 2"));
            RecordedSocket socket = connect(loop, port).onRead((s, data) -> s.close());
            loop.run(init -> {
                assertSame(loop, init);
                assertEquals("", socket.trace());
                seen.add("init");
                loop.execute(() -> seen.add("task of init"));
            });
            loop.run();
            loop.run(init -> seen.add("second init"));
            assertEquals("connect data close", socket.trace());
        });
        seen.remove("timer"); // anywhere after init
        assertEquals(List.of("task 1", "task 2", "init", "task of task 1", "task of init", "second init"), seen);
    }

    @Rule("LOOP-002")
    void aTimerThatWasDueBeforeRunFiresAfterInit() {
        List<String> seen = new ArrayList<>();
        withOpenLoop(loop -> {
            loop.timer(Duration.ofSeconds(-1), timer -> seen.add("timer"));
            block(Duration.ofMillis(1));
            loop.run(init -> seen.add("init"));
        });
        assertEquals(List.of("init", "timer"), seen);
    }

    @Rule({"LOOP-002", "LOOP-007"})
    void anInitThatAStopCameBeforeRunsInTheNextRun() {
        List<String> seen = new ArrayList<>();
        withOpenLoop(loop -> {
            loop.execute(loop::stop);
            loop.run(init -> seen.add("init"));
            assertEquals(List.of(), seen);
            loop.execute(() -> seen.add("task"));
            loop.run(init -> seen.add("another init"));
            loop.run();
            loop.execute(loop::close);
            loop.run(init -> seen.add("never"));
        });
        assertEquals(List.of("init", "task", "another init"), seen);
    }

    @Rule("LOOP-003")
    void anEmptyLoopReturnsAtOnce() {
        withOpenLoop(loop -> {
            assertWorks(loop);
            for (int i = 0; i < 100; i++) {
                loop.run();
            }
            assertNoSpin(loop, 0);
            loop.run(init -> {});
        });
    }

    @FunctionalInterface
    private interface Way {
        void start(EventLoop loop, Runnable gone) throws Exception;
    }

    /** How the last live thing of a loop may go; the loop would wait for ever if it did not notice. */
    private List<Way> waysToEnd() {
        int talking = peerServer(peer -> peer.send("x").hold());
        int refusing = refusingPort();
        return List.of(
                (loop, gone) -> loop.timer(Duration.ofMillis(1), timer -> gone.run()),
                (loop, gone) -> loop.interval(Duration.ofMillis(1), timer -> {
                    timer.cancel();
                    gone.run();
                }),
                (loop, gone) -> {
                    Timer timer = loop.timer(Duration.ofHours(1), never -> {});
                    loop.execute(() -> {
                        timer.cancel();
                        gone.run();
                    });
                },
                (loop, gone) -> {
                    Server server = listen(loop, accepted -> {});
                    server.onClose(closed -> gone.run());
                    loop.execute(server::close);
                },
                (loop, gone) -> connect(loop, talking).onRead((s, data) -> s.close()).onClose((s, e) -> gone.run()),
                (loop, gone) -> connect(loop, talking).onConnect(s -> s.abort()).onClose((s, e) -> gone.run()),
                (loop, gone) -> connect(loop, talking).onClose((s, e) -> gone.run()).socket().abort(),
                (loop, gone) -> connect(loop, refusing).onClose((s, e) -> gone.run()),
                (loop, gone) -> connect(loop, talking).onRead((s, data) -> {
                    s.unref();
                    gone.run();
                }),
                (loop, gone) -> {
                    Timer timer = loop.timer(Duration.ofHours(1), never -> {});
                    connect(loop, refusing).onClose((s, e) -> {
                        timer.unref();
                        gone.run();
                    });
                },
                (loop, gone) -> loop.execute(() -> loop.execute(gone)));
    }

    @Rule("LOOP-003")
    void runReturnsPromptlyAfterTheLastThingIsGone() {
        for (Way way : waysToEnd()) {
            long[] gone = new long[1];
            withOpenLoop(loop -> {
                way.start(loop, () -> gone[0] = nanoTime());
                loop.run();
                assertTrue(gone[0] != 0, "run() returned before the end");
                assertTrue(nanoTime() - gone[0] < limits().promptly().toNanos(), "run() returned late");
            });
        }
    }

    @Rule({"LOOP-007", "LOOP-003"})
    void aLoopThatReturnedByItselfRunsAgain() {
        int port = peerServer(peer -> peer.send("x").readAll());
        withOpenLoop(loop -> {
            for (int i = 0; i < 3; i++) {
                List<String> seen = new ArrayList<>();
                RecordedSocket socket = connect(loop, port).onRead((s, data) -> s.close());
                loop.timer(Duration.ofMillis(1), timer -> seen.add("timer"));
                loop.execute(() -> seen.add("task"));
                loop.run();
                assertEquals("connect data close", socket.trace());
                assertEquals(List.of("task", "timer"), seen);
            }
        });
    }

    @Rule({"LOOP-007", "LOOP-009"})
    void aClosedLoopDoesNotRun() {
        withOpenLoop(loop -> {
            loop.close();
            assertThrows(IllegalStateException.class, loop::run);
            assertThrows(IllegalStateException.class, () -> loop.run(init -> fail()));
        });
        withOpenLoop(loop -> {
            loop.run(EventLoop::close);
            assertThrows(IllegalStateException.class, loop::run);
        });
    }

    private static void fail() {
        throw new AssertionError("must not run");
    }

    @Rule("LOOP-010")
    void runInsideACallbackThrowsAndTheLoopGoesOn() {
        inEveryCallback(moment -> {
            List<String> seen = new ArrayList<>();
            withOpenLoop(loop -> {
                moment.arrange(loop, () -> {
                    assertRefusesToRun(loop);
                    loop.timer(Duration.ofMillis(1), timer -> seen.add("goes on"));
                });
                loop.run(init -> assertRefusesToRun(loop));
            });
            assertEquals(List.of("goes on"), seen);
        });
        withOpenLoop(loop -> {
            loop.onUncaught((l, thrown) -> assertRefusesToRun(loop));
            loop.run(init -> {
                throw new Exception("for the last callback");
            });
        });
    }

    private static void assertRefusesToRun(EventLoop loop) {
        assertThrows(IllegalStateException.class, loop::run);
        assertThrows(IllegalStateException.class, () -> loop.run(init -> fail()));
    }

    @Rule({"LOOP-010", "THREAD-002"})
    void runOnASecondThreadThrowsAndTheLoopGoesOn() {
        List<String> seen = new ArrayList<>();
        withLoop(loop -> {
            Hold hold = loop.hold();
            helper(() -> {
                assertRefusesToRun(loop);
                loop.execute(() -> loop.timer(Duration.ofMillis(1), timer -> seen.add("still running")));
                hold.release();
            });
        });
        assertEquals(List.of("still running"), seen);
    }
}
