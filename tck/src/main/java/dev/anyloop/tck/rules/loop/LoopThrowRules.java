package dev.anyloop.tck.rules.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.run.Failure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;

/** Chapter LOOP of the specification, sixth part: what callbacks throw. */
public abstract class LoopThrowRules extends LoopChapter {

    private static List<Throwable> oneOfEachKind() {
        return List.of(new IllegalStateException("unchecked"), new IOException("checked"),
                new AssertionError("an error"), new StackOverflowError(), new Throwable("neither"));
    }

    @Rule("LOOP-011")
    void theHandlerGetsWhatAnyCallbackThrowsOnceAndTheLoopGoesOn() {
        inEveryCallback(moment -> {
            for (Throwable thrown : oneOfEachKind()) {
                List<Throwable> handled = new ArrayList<>();
                List<String> seen = new ArrayList<>();
                withOpenLoop(loop -> {
                    loop.onUncaught((l, uncaught) -> {
                        assertSame(loop, l);
                        handled.add(uncaught);
                    });
                    moment.arrange(loop, () -> {
                        loop.timer(Duration.ofMillis(1), timer -> seen.add("goes on"));
                        Failure.sneak(thrown);
                    });
                    loop.run();
                });
                assertEquals(List.of(thrown), handled);
                assertEquals(List.of("goes on"), seen);
            }
        });
    }

    /** Of whatever kind the first was, and though it is the same again. */
    @Rule("LOOP-011")
    void theHandlerGetsWhatIsThrownNextToo() {
        List<Throwable> thrown = new ArrayList<>(oneOfEachKind());
        thrown.addAll(List.copyOf(thrown));
        List<Throwable> handled = new ArrayList<>();
        withOpenLoop(loop -> {
            loop.onUncaught((l, uncaught) -> handled.add(uncaught));
            thrown.forEach(each -> loop.execute(() -> Failure.sneak(each)));
            loop.run();
        });
        assertEquals(thrown, handled);
    }

    @Rule("LOOP-011")
    void withoutAHandlerRunThrowsItAndCanBeCalledAgain() {
        inEveryCallback(moment -> {
            for (Throwable thrown : oneOfEachKind()) {
                withOpenLoop(loop -> {
                    loop.onUncaught(null);
                    moment.arrange(loop, () -> Failure.sneak(thrown));
                    assertSame(thrown, thrownBy(loop));
                    List<String> seen = new ArrayList<>();
                    loop.run(init -> loop.timer(Duration.ofMillis(1), timer -> seen.add("runs again")));
                    assertEquals(List.of("runs again"), seen);
                });
            }
        });
    }

    /** A checked one comes wrapped, an unchecked one does not. */
    private static Throwable thrownBy(EventLoop loop) {
        try {
            loop.run();
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            assertTrue(!(cause instanceof RuntimeException) && !(cause instanceof Error), "wrapped without need");
            return cause;
        } catch (RuntimeException | Error e) {
            return e;
        }
        throw new AssertionError("run() threw nothing");
    }

    @Rule("LOOP-011")
    void initIsACallbackLikeTheOthers() {
        withOpenLoop(loop -> {
            IOException thrown = new IOException("from init");
            List<Throwable> handled = new ArrayList<>();
            loop.onUncaught((l, uncaught) -> handled.add(uncaught));
            loop.run(init -> {
                throw thrown;
            });
            assertEquals(List.of(thrown), handled);
            loop.onUncaught(null);
            CompletionException wrapped = assertThrows(CompletionException.class, () -> loop.run(init -> {
                throw thrown;
            }));
            assertSame(thrown, wrapped.getCause());
            loop.run(); // and not once more
        });
    }

    @Rule("LOOP-011")
    void theOtherHandlesStayAsTheyWere() {
        int port = peerServer(peer -> peer.send(peer.read(4)).readAll());
        withOpenLoop(loop -> {
            loop.onUncaught(null);
            List<String> seen = new ArrayList<>();
            RecordedSocket socket = connect(loop, port).onRead((s, data) -> s.close());
            loop.timer(Duration.ofMillis(1), timer -> {
                loop.timer(Duration.ZERO, later -> seen.add("timer"));
                loop.execute(() -> seen.add("task"));
                throw new IllegalStateException("not for the others");
            });
            RecordedSocket thrower = connect(loop, port).onConnect(s -> {
                throw new IllegalStateException("nor for this socket");
            });
            assertThrows(IllegalStateException.class, loop::run);
            assertThrows(IllegalStateException.class, loop::run);
            List.of(socket, thrower).forEach(s -> s.socket().write("echo"));
            thrower.onRead((s, data) -> s.close());
            loop.run();
            assertEquals(List.of("task", "timer"), seen.stream().sorted().toList());
            List.of(socket, thrower).forEach(s -> assertEquals("connect data close", s.trace()));
        });
    }

    @Rule({"LOOP-011", "LOOP-006"})
    void noCallbackStartsAfterOneThatNobodyHandles() {
        withOpenLoop(loop -> {
            loop.onUncaught(null);
            for (int i = 0; i < 5; i++) {
                String name = String.valueOf(i);
                loop.execute(() -> {
                    throw new IllegalStateException("task " + name);
                });
                loop.timer(Duration.ZERO, timer -> {
                    throw new IllegalStateException("timer " + name);
                });
            }
            List<String> thrown = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                RuntimeException e = assertThrows(IllegalStateException.class, loop::run);
                assertEquals(0, e.getSuppressed().length, "a second one in the same run");
                thrown.add(e.getMessage());
            }
            for (String kind : List.of("task", "timer")) {
                assertEquals(List.of(kind + " 0", kind + " 1", kind + " 2", kind + " 3", kind + " 4"),
                        thrown.stream().filter(message -> message.startsWith(kind)).toList());
            }
            loop.run();
        });
    }

    @Rule({"LOOP-011", "WRITE-011"})
    void whatWasWrittenBeforeTheThrowIsSent() {
        CountDownLatch received = latch(1);
        withOpenLoop(loop -> {
            RecordedSocket socket = connectedTo(loop, "last words", received);
            loop.onUncaught(null);
            loop.timer(Duration.ZERO, timer -> {
                socket.socket().write("last words");
                throw new IllegalStateException("nobody handles it");
            });
            assertThrows(IllegalStateException.class, loop::run);
            assertHappens(received, "what was written");
        });
    }

    @Rule("LOOP-011")
    void whatTheHandlerThrowsIsThrownByRun() {
        withOpenLoop(loop -> {
            List<String> seen = new ArrayList<>();
            for (Throwable first : oneOfEachKind()) {
                for (Exception second : List.of(new IllegalArgumentException("unchecked"), new Exception("checked"))) {
                    loop.onUncaught((l, thrown) -> {
                        assertSame(first, thrown);
                        throw second;
                    });
                    loop.execute(() -> Failure.sneak(first));
                    loop.execute(() -> seen.add("next task"));
                    assertSame(second, thrownBy(loop));
                    assertSame(first, second.getSuppressed()[second.getSuppressed().length - 1]);
                    assertEquals(List.of(), seen);
                    loop.run();
                    assertEquals(List.of("next task"), seen);
                    seen.clear();
                }
            }
        });
    }

    @Rule("LOOP-011")
    void aHandlerMayRethrowWhatItGot() {
        withOpenLoop(loop -> {
            for (Throwable thrown : oneOfEachKind()) {
                loop.onUncaught((l, uncaught) -> Failure.sneak(uncaught));
                loop.execute(() -> Failure.sneak(thrown));
                assertSame(thrown, thrownBy(loop));
                assertEquals(0, thrown.getSuppressed().length);
            }
        });
    }

    @Rule("LOOP-011")
    void aHandlerMayBeReplacedStopTheLoopAndCloseIt() {
        List<String> seen = new ArrayList<>();
        withOpenLoop(loop -> {
            loop.onUncaught((first, thrown) -> {
                seen.add("first");
                loop.onUncaught((second, again) -> {
                    seen.add("second");
                    if (seen.size() < 3) {
                        loop.stop();
                    } else {
                        loop.close();
                    }
                });
            });
            loop.hold();
            loop.interval(Duration.ofMillis(1), timer -> {
                throw new Exception("each time");
            });
            loop.run();
            assertEquals(List.of("first", "second"), seen);
            loop.run();
            assertThrows(IllegalStateException.class, loop::run);
        });
        assertEquals(List.of("first", "second", "second"), seen);
    }

    @Rule("LOOP-011")
    void aStackOverflowIsCaughtAndTheLoopWorksOn() {
        int port = peerServer(peer -> peer.send("x").hold());
        List<Throwable> handled = new ArrayList<>();
        withLoop(loop -> {
            loop.onUncaught((l, thrown) -> handled.add(thrown));
            RecordedSocket socket = connect(loop, port).onRead((s, data) -> overflow(1));
            when(loop, () -> handled.size() == 1, end -> {
                assertTrue(socket.socket().isOpen());
                socket.socket().close();
            });
        });
        assertSame(StackOverflowError.class, handled.get(0).getClass());
    }

    private static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }
}
