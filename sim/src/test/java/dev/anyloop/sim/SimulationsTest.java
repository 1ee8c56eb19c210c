package dev.anyloop.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.BackendUnavailableException;
import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.LoopOptions;
import dev.anyloop.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Time, order, and what is refused. */
class SimulationsTest {

    private final Simulation sim = Simulation.withSeed(42);

    @AfterEach
    void close() {
        sim.close();
    }

    // ---- time ----

    @Test
    void anHourOfTimersTakesNoTime() {
        List<Duration> fired = new ArrayList<>();
        sim.host("a").start(loop -> loop.interval(Duration.ofMinutes(1), timer -> fired.add(sim.now())));
        sim.advance(Duration.ofHours(1));
        assertEquals(60, fired.size());
        assertEquals(Duration.ofMinutes(1), fired.get(0));
        assertEquals(Duration.ofHours(1), sim.now());
    }

    @Test
    void timeStopsWhereItWasAskedTo() {
        sim.advance(Duration.ofMillis(5));
        sim.host("a").start(loop -> loop.timer(Duration.ofMillis(10), timer -> { }));
        sim.advance(Duration.ofMillis(3));
        assertEquals(Duration.ofMillis(8), sim.now());
    }

    @Test
    void aConditionThatNeverHoldsFailsAndTellsTheSeed() {
        AssertionError error = assertThrows(AssertionError.class, () -> sim.runUntil(() -> false, Duration.ofMinutes(1)));
        assertTrue(error.getMessage().contains("PT1M") && error.getMessage().contains("seed 42"), error::getMessage);
    }

    @Test
    void aHostThatSpinsIsNamed() {
        sim.stepLimit(1_000).host("spinner").start(SimulationsTest::spin);
        IllegalStateException error =
                assertThrows(IllegalStateException.class, () -> sim.advance(Duration.ofSeconds(1)));
        assertTrue(error.getMessage().contains("[spinner]"), error::getMessage);
    }

    private static void spin(EventLoop loop) {
        loop.execute(() -> spin(loop));
    }

    // ---- order ----

    @Test
    void theSameSeedGoesTheSameWay() {
        assertEquals(transcript(7), transcript(7));
        assertNotEquals(transcript(7), transcript(8));
    }

    private static String transcript(long seed) {
        try (Simulation sim = Simulation.withSeed(seed)) {
            sim.host("server").start(loop -> loop.listen(null, 7, (server, socket) -> socket.onRead(Socket::write)));
            for (int i = 0; i < 10; i++) {
                sim.host("client-" + i).start(loop -> loop.connect("server", 7)
                        .onConnect(socket -> socket.write(new byte[10_000]))
                        .onRead((socket, bytes) -> { }));
            }
            sim.link("client-3", "server").loss(0.2);
            sim.advance(Duration.ofSeconds(10));
            return sim.fingerprint() + "\n" + sim.describe().replaceFirst("seed -?\\d+", "");
        }
    }

    // ---- programs ----

    @Test
    void whatAProgramThrowsComesOut() {
        sim.host("a").start(loop -> loop.timer(Duration.ofSeconds(1), timer -> {
            throw new ArithmeticException("planned");
        }));
        assertThrows(ArithmeticException.class, () -> sim.advance(Duration.ofSeconds(2)));
    }

    @Test
    void aCheckedExceptionOfTheFirstCallbackComesOutAsOfRun() {
        sim.host("a").start(loop -> {
            throw new Exception("planned");
        });
        assertThrows(CompletionException.class, () -> sim.advance(Duration.ZERO));
    }

    @Test
    void aLoopCanBeRunByTheTestWhileTheOthersGoOn() {
        sim.host("server").start(loop -> loop.listen(null, 7, (server, socket) -> socket.onRead(Socket::write)));
        Log log = new Log();
        try (EventLoop loop = sim.host("client").open()) {
            loop.run(same -> {
                Socket socket = loop.connect("server", 7);
                log.of(socket);
                socket.write("hello");
                loop.timer(Duration.ofSeconds(1), timer -> socket.close());
            });
        }
        assertEquals("connect close", log.toString());
        assertEquals("hello", log.text());
    }

    @Test
    void aLoopThatWaitsForNothingFailsInsteadOfHanging() {
        try (EventLoop loop = sim.host("a").open()) {
            IllegalStateException error = assertThrows(IllegalStateException.class, () -> loop.run(same -> loop.hold()));
            assertTrue(error.getMessage().startsWith("nothing is left that could happen"), error::getMessage);
        }
    }

    @Test
    void tasksOfTheExecutorRunLaterAndOneByOne() {
        StringBuilder log = new StringBuilder();
        sim.host("a").start(loop -> {
            Hold hold = loop.hold();
            sim.host("a").executor().execute(() -> {
                log.append("work ");
                loop.execute(() -> log.append("back"));
                hold.release();
            });
        });
        sim.advance(Duration.ofMillis(10));
        assertEquals("work back", log.toString());
    }

    @Test
    void aLoopThatAProgramOpensIsOneOfItsHost() {
        sim.host("server").start(loop -> loop.listen(null, 7, (server, socket) -> socket.write("hello")));
        Log log = new Log();
        List<EventLoop> opened = new ArrayList<>();
        sim.host("a").start(loop -> opened.add(EventLoop.open()));
        sim.advance(Duration.ofMillis(1));
        assertEquals("sim", opened.get(0).backend());
        opened.get(0).timer(Duration.ofSeconds(1), timer -> opened.get(0).stop());
        opened.get(0).run(loop -> log.of(loop.connect("server", 7)));
        assertEquals("hello", log.text());
    }

    // ---- what is refused ----

    @Test
    void aProgramDoesNotRunALoopItself() {
        sim.host("a").start(loop -> {
            EventLoop second = EventLoop.open();
            second.hold();
            second.run();
        });
        IllegalStateException error = assertThrows(IllegalStateException.class, () -> sim.advance(Duration.ofSeconds(1)));
        assertTrue(error.getMessage().startsWith("run() inside a program of host a"), error::getMessage);
    }

    @Test
    void outsideOfAProgramThereIsNoSuchBackend() {
        BackendUnavailableException error = assertThrows(
                BackendUnavailableException.class, () -> EventLoop.open(LoopOptions.defaults().withBackend("sim")));
        assertTrue(error.getMessage().contains("Simulation.host(name).open()"), error::getMessage);
    }

    @Test
    void anotherThreadIsRefusedWithTheWayOut() {
        CompletableFuture<EventLoop> opened = new CompletableFuture<>();
        sim.host("a").start(loop -> {
            loop.hold();
            opened.complete(loop);
        });
        sim.advance(Duration.ofSeconds(1));
        CompletionException error = assertThrows(CompletionException.class,
                () -> CompletableFuture.runAsync(() -> opened.join().execute(() -> { })).join());
        assertTrue(error.getCause().getMessage().contains("host.executor()"), error::getMessage);
    }

    @Test
    void anotherHostIsRefusedWithTheWayOut() {
        List<EventLoop> loops = new ArrayList<>();
        sim.host("a").start(loop -> {
            loop.hold();
            loops.add(loop);
        });
        sim.advance(Duration.ZERO);
        sim.host("b").start(loop -> loops.get(0).timer(Duration.ZERO, timer -> { }));
        IllegalStateException error = assertThrows(IllegalStateException.class, () -> sim.advance(Duration.ZERO));
        assertTrue(error.getMessage().startsWith("a loop of host a is called inside a program of host b"), error::getMessage);
    }

    @Test
    void aTaskIsRefusedAsAnotherThreadWouldBe() {
        sim.host("a").start(loop -> {
            loop.hold();
            sim.host("a").executor().execute(() -> loop.timer(Duration.ZERO, timer -> { }));
        });
        IllegalStateException error = assertThrows(IllegalStateException.class, () -> sim.advance(Duration.ofSeconds(1)));
        assertTrue(error.getMessage().contains("inside a task of host a"), error::getMessage);
    }

    @Test
    void whatTheTestItselfAsksOfALoopHappens() {
        List<Socket> sockets = new ArrayList<>();
        Log log = new Log();
        sim.host("server").start(loop -> loop.listen(null, 7, (server, socket) -> log.of(socket)));
        sim.host("client").start(loop -> sockets.add(loop.connect("server", 7)));
        sim.advance(Duration.ofSeconds(1));
        sockets.get(0).write("hello");
        sim.advance(Duration.ofSeconds(1));
        assertEquals("hello", log.text());
    }

    @Test
    void badInputIsNamed() {
        sim.host("a");
        sim.host("b");
        refused("\"nobody\"", () -> sim.link("a", "nobody"));
        refused("with itself", () -> sim.link("a", "a"));
        refused("PT-1S", () -> sim.link("a", "b").latency(Duration.ofSeconds(-1)));
        refused("PT2S to PT1S", () -> sim.link("a", "b").latency(Duration.ofSeconds(2), Duration.ofSeconds(1)));
        refused("1.5", () -> sim.link("a", "b").loss(1.5));
        refused("chunks < 1: 0", () -> sim.link("a", "b").chunks(0));
        refused("PT-1S", () -> sim.advance(Duration.ofSeconds(-1)));
        refused("PT-1S", () -> sim.runUntil(() -> true, Duration.ofSeconds(-1)));
        refused("PT-1S", () -> sim.host("a").lookupDelay(Duration.ofSeconds(-1)));
        refused("\"not a name\"", () -> sim.host("not a name"));
        refused("\"10.0.0.1\"", () -> sim.host("10.0.0.1"));
        refused("\"a..b\"", () -> sim.host("a..b"));
        refused("\"a-.b\"", () -> sim.host("a-.b"));
        refused("xxx", () -> sim.host("x".repeat(64)));
        refused("xxx", () -> sim.host("xxxxxx.".repeat(36) + "xx"));
        refused("-1", () -> sim.host("a").descriptors(-1));
        refused("0", () -> sim.stepLimit(0));
    }

    @Test
    void aTimeThatCannotBeCountedIsNamed() {
        sim.host("a");
        sim.host("b");
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
        refused(endless.toString(), () -> sim.advance(endless));
        refused(endless.toString(), () -> sim.runUntil(() -> true, endless));
        refused(endless.toString(), () -> sim.link("a", "b").latency(endless));
        refused(endless.toString(), () -> sim.link("a", "b").latency(Duration.ZERO, endless));
        refused(endless.toString(), () -> sim.host("a").lookupDelay(endless));
    }

    private static void refused(String part, Runnable call) {
        IllegalArgumentException error = assertThrows(IllegalArgumentException.class, call::run);
        assertTrue(error.getMessage().contains(part), error::getMessage);
    }

    @Test
    void timeIsNotMovedFromInsideAProgram() {
        sim.host("a").start(loop -> sim.advance(Duration.ofSeconds(1)));
        IllegalStateException error =
                assertThrows(IllegalStateException.class, () -> sim.advance(Duration.ofSeconds(1)));
        assertTrue(error.getMessage().contains("inside a callback of host a"), error::getMessage);
    }
}
