package dev.anyloop.tck.rules.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.Signal;
import dev.anyloop.Socket;
import dev.anyloop.Timer;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.NeedsSystem;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.function.Executable;

/** Chapter THREAD of the specification: what other threads may do. */
public abstract class ThreadRules extends Chapter {

    @Rule("THREAD-001")
    void whatIsNotThreadSafeThrowsOnAnotherThreadAndChangesNothing() {
        int port = peerServer(Peer::drain);
        AtomicReference<String> refusals = new AtomicReference<>("");
        withLoop(loop -> {
            Server server = listen(loop, accepted -> {});
            Timer timer = loop.timer(Duration.ofHours(1), t -> {});
            Signal signal = loop.signal("WINCH", x -> {});
            connect(loop, port).onConnect(s -> helper(() -> {
                refusals.set(accepted(calls(loop, s, server, timer, signal)));
                loop.execute(() -> {
                    assertTrue(s.isOpen() && server.isOpen() && timer.isPending(), "a refused call has closed something");
                    assertEquals(0, s.pendingBytes());
                    assertEquals(1, loop.stats().timers());
                    assertEquals(1, loop.stats().servers());
                    assertEquals(1, loop.stats().signals());
                    timer.cancel();
                    server.close();
                    s.close();
                });
            }));
        });
        assertEquals("", refusals.get(), "calls that another thread was allowed to make");
    }

    /** The positions of those that did not throw. */
    private static String accepted(List<Executable> calls) {
        StringBuilder accepted = new StringBuilder();
        for (int i = 0; i < calls.size(); i++) {
            try {
                assertThrows(IllegalStateException.class, calls.get(i));
            } catch (AssertionError e) {
                accepted.append(i).append(": ").append(e.getMessage()).append("; ");
            }
        }
        return accepted.toString();
    }

    private static List<Executable> calls(EventLoop loop, Socket s, Server server, Timer timer, Signal signal) {
        List<Executable> calls = new ArrayList<>(List.of(
                loop::run,
                () -> loop.run(l -> {}),
                loop::close,
                () -> loop.shutdown(Duration.ZERO),
                loop::hold,
                () -> loop.timer(Duration.ZERO, t -> {}),
                () -> loop.interval(Duration.ofSeconds(1), t -> {}),
                () -> loop.signal("WINCH", x -> {}),
                () -> loop.connect(LOCALHOST, 1),
                () -> loop.connect(new InetSocketAddress(LOCALHOST, 1), ConnectOptions.defaults()),
                () -> loop.listen(LOCALHOST, 0, (sv, a) -> {}),
                () -> loop.onUncaught(null)));
        calls.addAll(List.of(timer::cancel, timer::isPending, timer::ref, timer::unref));
        calls.addAll(List.of(signal::cancel, signal::ref, signal::unref));
        calls.addAll(List.of(server::close, server::pause, server::resume, server::isOpen, server::ref, server::unref,
                () -> server.onError((sv, e) -> {}), () -> server.onClose(sv -> {})));
        calls.addAll(List.of(
                () -> s.onConnect(x -> {}), () -> s.onRead((x, d) -> {}), () -> s.onEnd(x -> {}),
                () -> s.onDrain(x -> {}), () -> s.onError((x, e) -> {}), () -> s.onClose((x, e) -> {})));
        calls.addAll(List.of(
                () -> s.readTimeout(null), () -> s.writeTimeout(null), () -> s.write("x"), () -> s.write(new byte[1]),
                () -> s.write(ByteBuffer.allocate(1)), () -> s.write(ByteBuffer.allocate(1), (x, e) -> {}),
                s::pause, s::resume, s::end, s::close, s::abort, s::isOpen, s::pendingBytes, s::ref, s::unref));
        return calls;
    }

    @Rule("THREAD-001")
    void whatIsThreadSafeWorksOnAnotherThreadEvenWhileACallbackBlocksTheLoop() {
        int port = peerServer(Peer::drain);
        CountDownLatch seen = latch(1);
        CountDownLatch ran = latch(1);
        withLoop(loop -> {
            Server server = listen(loop, accepted -> {});
            Hold hold = loop.hold();
            connect(loop, port).onConnect(s -> {
                helper(() -> {
                    assertFalse(loop.inLoop());
                    assertEquals(provider().name(), loop.backend());
                    assertEquals(1, loop.stats().openSockets());
                    assertEquals(1, loop.stats().servers());
                    assertFalse(loop.describe().isBlank());
                    assertFalse(loop.describeAsJson().isBlank());
                    loop.closed().thenRun(() -> {});
                    assertEquals(loop, s.loop());
                    assertEquals(port, ((InetSocketAddress) s.remoteAddress()).getPort());
                    assertNotNull(s.localAddress());
                    assertTrue(port(server) > 0);
                    loop.execute(ran::countDown);
                    hold.release();
                    loop.stop();
                    seen.countDown();
                });
                assertTrue(loop.inLoop());
                await(seen);
            });
        });
        assertEquals(1, ran.getCount(), "stop() ended the turn, so the task waits for a run() that never came");
    }

    private void await(CountDownLatch latch) throws InterruptedException {
        assertTrue(latch.await(limits().mustHappen().toNanos(), TimeUnit.NANOSECONDS), "the other thread is stuck");
    }

    @Rule("THREAD-002")
    void runOnAnotherThreadNamesBothThreads() {
        AtomicReference<String> message = new AtomicReference<>("");
        withOpenLoop(loop -> {
            CountDownLatch tried = latch(1);
            helper(() -> {
                Thread.currentThread().setName("tck-intruder");
                message.set(assertThrows(IllegalStateException.class, loop::run).getMessage());
                tried.countDown();
            });
            await(tried);
            loop.run();
        });
        assertTrue(message.get().contains("tck-intruder"), message.get());
        assertTrue(message.get().contains(Thread.currentThread().getName()), message.get());
        assertTrue(message.get().contains("execute()"), message.get());
    }

    @Rule({"THREAD-002", "LOOP-009", "ERR-005"})
    void aLoopWhoseThreadHasDiedMayBeClosedByAnother() throws InterruptedException {
        AtomicReference<EventLoop> orphan = new AtomicReference<>();
        AtomicInteger closed = new AtomicInteger();
        int port = peerServer(Peer::drain);
        Thread owner = world().start("tck-owner", () -> {
            EventLoop loop = provider().open(LoopOptions.defaults());
            orphan.set(loop);
            loop.listen(LOCALHOST, 0, (server, s) -> {}).onClose(server -> closed.incrementAndGet());
            loop.connect(LOCALHOST, port)
                    .onClose((s, error) -> closed.incrementAndGet())
                    .onConnect(s -> loop.stop());
            loop.run();
        });
        world().join(owner, limits().mustHappen());
        String message = assertThrows(IllegalStateException.class, orphan.get()::run).getMessage();
        assertTrue(message.contains("close()") && !message.contains("execute()"), message); // nobody would run a task
        orphan.get().close();
        assertEquals(2, closed.get());
    }

    @Rule({"THREAD-002", "LOOP-009"})
    void aLoopWhoseThreadHasDiedIsClosedByOneOfThoseWhoTry() throws InterruptedException {
        AtomicReference<EventLoop> orphan = new AtomicReference<>();
        AtomicInteger closed = new AtomicInteger();
        CountDownLatch closing = latch(1);
        CountDownLatch othersHaveTried = latch(1);
        CountDownLatch over = latch(1);
        CountDownLatch testIsOver = latch(1);
        Thread owner = world().start("tck-owner", () -> {
            EventLoop loop = provider().open(LoopOptions.defaults());
            orphan.set(loop);
            loop.listen(LOCALHOST, 0, (server, s) -> {}).onClose(server -> {
                closed.incrementAndGet();
                closing.countDown();
                await(othersHaveTried);
            });
        });
        world().join(owner, limits().mustHappen());
        helper(() -> {
            orphan.get().close();
            over.countDown();
            await(testIsOver); // until then who has closed it is alive
        });
        await(closing);
        orphan.get().close();
        assertEquals(1, over.getCount());
        othersHaveTried.countDown();
        await(over);
        orphan.get().close();
        testIsOver.countDown();
        assertEquals(1, closed.get());
    }

    @Rule("THREAD-006")
    void aLoopGoesOnWhileACallbackBlocksAnother() {
        CountDownLatch otherIsDone = latch(1);
        AtomicInteger fired = new AtomicInteger();
        withLoop(loop -> {
            helper(() -> {
                withLoop(other -> {
                    Server server = listen(other, accepted -> accepted.onRead((s, data) -> s.write(data)));
                    connect(other, port(server)).onConnect(s -> s.write("ping")).onRead((s, data) -> {
                        server.close();
                        s.close();
                    });
                    other.timer(Duration.ofMillis(5), timer -> fired.incrementAndGet());
                });
                otherIsDone.countDown();
            });
            await(otherIsDone);
        });
        assertEquals(1, fired.get());
    }

    @Rule("THREAD-006")
    @NeedsSystem("threads that run at the same time")
    void loopsOfSeveralThreadsMixNothingUp() {
        assumeLinux(); // where all of 127.0.0.0/8 is this machine
        int threads = 3;
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger done = new AtomicInteger();
        CountDownLatch over = latch(threads);
        for (int i = 1; i <= threads; i++) {
            OwnAddress own = new OwnAddress("127.77.0." + i, (byte) i, capabilities(), wrong, done::incrementAndGet);
            helper(() -> {
                try {
                    withLoop(own::begin);
                } finally {
                    over.countDown();
                }
            });
        }
        until(() -> over.getCount() == 0, () -> over.getCount() + " loops are not done");
        assertEquals(List.of(), wrong);
        assertEquals(threads, done.get(), "loops that came to the end of it");
    }

    /** Who asks a loop what it does is not made to run what a task has to say of itself, which need not be for other threads. */
    @Rule({"THREAD-001", "WATCH-002"})
    void aLoopIsDescribedWithoutCodeOfTheUsers() {
        List<String> asked = Collections.synchronizedList(new ArrayList<>());
        withLoop(loop -> loop.execute(new Runnable() {
            @Override
            public void run() {
                CountDownLatch told = latch(1);
                helper(() -> {
                    asked.add(String.valueOf(loop.describe().contains("inside task of " + getClass().getName())));
                    assertTrue(loop.describeAsJson().contains("\"of\":\"" + getClass().getName() + "\""), loop::describeAsJson);
                    told.countDown();
                });
                until(() -> told.getCount() == 0, () -> "not told");
            }

            @Override
            public String toString() {
                asked.add("the task");
                return "a task of mine";
            }
        }));
        assertEquals(List.of("true"), asked);
    }

    @Rule({"THREAD-006", "LOOP-010"})
    void aCallbackMayRunAnotherLoopOfItsThread() {
        List<String> seen = new ArrayList<>();
        withOpenLoop(inner -> withLoop(outer -> {
            Server server = listen(outer, accepted -> accepted.onRead(Socket::write));
            connect(outer, port(server)).onConnect(s -> s.write("outer")).onRead((s, data) -> {
                seen.add("data: " + echoed(inner, "inner"));
                seen.add(StandardCharsets.UTF_8.decode(data).toString());
                s.close();
                server.close();
            });
            outer.timer(Duration.ZERO, timer -> withLoop(another -> {
                another.timer(Duration.ofMillis(1), t -> seen.add("timer: " + echoed(inner, "another")));
                assertThrows(IllegalStateException.class, outer::run);
            }));
        }));
        assertEquals(Set.of("timer: another", "data: inner", "outer"), Set.copyOf(seen));
    }

    private String echoed(EventLoop loop, String text) {
        Server server = listen(loop, accepted -> accepted.onRead(Socket::write));
        RecordedSocket client = connect(loop, port(server)).onConnect(s -> s.write(text)).onRead((s, data) -> {
            s.close();
            server.close();
        });
        loop.run();
        return client.text();
    }
}
