package dev.anyloop.adapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.EventLoops;
import dev.anyloop.LoopOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Socket;
import dev.anyloop.sim.Rule;
import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FuturesTest {

    private static final ConnectOptions OPTIONS = ConnectOptions.defaults();
    private static final long PATIENCE = 30;

    private final List<Object> told = new ArrayList<>();

    private static ByteBuffer bytes(int count) {
        return ByteBuffer.allocate(count);
    }

    private static Object outcome(Object value, Throwable error) {
        Throwable cause = error instanceof CompletionException ? error.getCause() : error;
        return cause instanceof NetworkException network ? network.kind() : cause != null ? cause.getClass() : value == null ? "done" : "value";
    }

    private <T> CompletableFuture<T> tell(CompletableFuture<T> future) {
        future.whenComplete((value, error) -> told.add(outcome(value, error)));
        return future;
    }

    // ---- how they end, on simulated hosts ----

    @SimulationTest(runs = 20)
    void aConversationIsAChain(Simulation sim) {
        sim.host("server").start(loop -> loop.listen(null, 4000, (server, socket) -> socket.onRead(Socket::write)));
        sim.host("client").start(loop -> Futures.connect(loop, "server", 4000, OPTIONS)
                .thenCompose(socket -> Futures.write(socket, bytes(100_000)).thenApply(done -> socket))
                .thenCompose(Futures::close)
                .whenComplete((none, error) -> told.add(outcome(none, error))));
        sim.runUntil(() -> !told.isEmpty());
        assertEquals(List.of("done"), told);
    }

    @SimulationTest(runs = 20)
    void whatFailsIsToldByItsKind(Simulation sim) {
        sim.host("server");
        sim.host("client").start(loop -> {
            tell(Futures.connect(loop, "server", 4000, OPTIONS));
            tell(Futures.connect(loop, InetSocketAddress.createUnresolved("nowhere", 4000), OPTIONS));
            Socket gone = loop.connect("server", 4001);
            gone.abort();
            tell(Futures.write(gone, bytes(1)));
            tell(Futures.close(gone));
        });
        sim.runUntil(() -> told.size() == 4);
        assertEquals(List.of("done", ErrorKind.SOCKET_CLOSED), told.subList(0, 2));
        assertTrue(told.containsAll(List.of(ErrorKind.CONNECT_REFUSED, ErrorKind.DNS_FAILURE)), told::toString);
    }

    /** Cancelled, timed out, reset, or the loop closed or shut down, at any moment; nothing is left open, and every future is told of once. */
    @SimulationTest(runs = 300)
    void everyFutureIsCompletedExactlyOnce(Simulation sim) {
        Random random = new Random(sim.seed());
        sim.host("client");
        sim.host("server").start(loop -> loop.listen(null, 4000, (server, socket) -> socket.onError((s, error) -> { })));
        Rule late = sim.link("client", "server").latency(Duration.ZERO, Duration.ofMillis(20));
        int[] made = {0};
        EventLoop[] client = new EventLoop[1];
        List<Socket> sockets = new ArrayList<>();
        sim.host("client").start(loop -> {
            client[0] = loop;
            LoopFuture<Socket> connecting = Futures.connect(loop, "server", 4000, OPTIONS);
            List<CompletableFuture<?>> futures = new ArrayList<>(List.of(connecting));
            connecting.thenAccept(socket -> {
                sockets.add(socket.onError((s, error) -> { }));
                for (int i = 0; i < 3; i++) {
                    futures.add(Futures.write(socket, bytes(random.nextInt(200_000))));
                }
                futures.add(Futures.close(socket));
                futures.subList(1, 5).forEach(this::tell);
                made[0] += 4;
            });
            tell(connecting);
            made[0]++;
            loop.timer(Duration.ofMillis(random.nextInt(100)), timer -> {
                switch (random.nextInt(4)) {
                    case 0 -> futures.get(random.nextInt(futures.size())).cancel(true);
                    case 1 -> loop.close();
                    case 2 -> loop.shutdown(Duration.ZERO);
                    default -> sim.link("client", "server").reset();
                }
            });
        });
        sim.advance(Duration.ofMinutes(3));
        assertEquals(made[0], told.size(), told::toString);
        assertTrue(sockets.stream().noneMatch(Socket::isOpen) || told.contains("value"), "aborted, or connected");
        late.close();
    }

    @SimulationTest(runs = 50)
    void whoCancelsAbortsTheSocket(Simulation sim) {
        Random random = new Random(sim.seed());
        List<Object> server = new ArrayList<>();
        sim.host("server").start(loop -> loop.listen(null, 4000, (s, socket) -> socket.pause()
                .onError((same, error) -> { }).onClose((same, error) -> server.add("closed"))));
        sim.host("client").start(loop -> Futures.connect(loop, "server", 4000, OPTIONS).thenAccept(socket -> {
            CompletableFuture<?> future = random.nextBoolean() ? Futures.write(socket, bytes(1 << 20)) : closing(socket);
            tell(future).cancel(false);
            assertFalse(socket.isOpen());
            socket.onClose((same, error) -> told.add(socket.pendingBytes()));
        }));
        sim.runUntil(() -> told.size() == 2);
        assertEquals(List.of(CancellationException.class, 0L), told);
    }

    private static CompletableFuture<?> closing(Socket socket) {
        socket.write(bytes(1 << 20));
        return Futures.close(socket);
    }

    @SimulationTest(runs = 20)
    void aConnectionThatIsCancelledIsNotMade(Simulation sim) {
        sim.host("server").start(loop -> loop.listen(null, 4000, (server, socket) -> told.add("accepted")));
        sim.host("client").start(loop -> tell(Futures.connect(loop, "server", 4000, OPTIONS)).cancel(true));
        sim.advance(Duration.ofSeconds(5));
        assertEquals(List.of(CancellationException.class), told);
    }

    @SimulationTest(runs = 20)
    void whatIsWrittenWhenTheLoopIsClosedFails(Simulation sim) {
        EventLoop loop = sim.host("client").open();
        Socket socket = loop.connect("server", 4000);
        CompletableFuture<?> before = tell(Futures.write(socket, bytes(5)));
        loop.close();
        tell(Futures.write(socket, bytes(5)));
        assertEquals(List.of(ErrorKind.SOCKET_CLOSED, ErrorKind.SOCKET_CLOSED), told);
        assertTrue(before.isDone());
    }

    /** As with any CompletableFuture: what depends on what depends on it takes no stack. */
    @SimulationTest(runs = 1)
    void aLongChainRunsToItsEnd(Simulation sim) {
        sim.host("client").start(loop -> {
            LoopFuture<Integer> first = new LoopFuture<>(loop);
            CompletableFuture<Integer> last = first;
            for (int i = 0; i < 100_000; i++) {
                last = last.thenApply(count -> count + 1);
            }
            tell(last);
            first.settle(0, null);
            assertEquals(100_000, last.getNow(-1));
        });
        sim.runUntil(() -> !told.isEmpty());
        assertEquals(List.of("value"), told);
    }

    // ---- threads, on real ones ----

    @OnEachBackend
    void dependantsRunOnTheLoopUnlessToldOtherwise(String backend) throws Exception {
        try (EventLoops loops = EventLoops.start(1, LoopOptions.defaults().withBackend(backend), loop ->
                loop.listen("127.0.0.1", 0, (server, socket) -> { }))) {
            EventLoop loop = loops.loops().get(0);
            LoopFuture<String> future = new LoopFuture<>(loop);
            CompletableFuture<Boolean> early = future.thenApply(text -> loop.inLoop());
            CompletableFuture<Boolean> elsewhere = future.thenApplyAsync(text -> loop.inLoop(), Runnable::run);
            assertTrue(future.complete("by this thread"));
            assertTrue(early.get(PATIENCE, TimeUnit.SECONDS));
            assertFalse(elsewhere.get(PATIENCE, TimeUnit.SECONDS));
            for (CompletableFuture<Boolean> late : onLoopOrNot(loop, future)) {
                assertTrue(late.get(PATIENCE, TimeUnit.SECONDS));
            }
        }
    }

    /** Every way to depend on a future that is complete already, added by a thread that is not the loop's. */
    private static List<CompletableFuture<Boolean>> onLoopOrNot(EventLoop loop, LoopFuture<String> done) {
        LoopFuture<String> failed = new LoopFuture<>(loop);
        failed.completeExceptionally(new IllegalStateException());
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        all.add(done.thenApply(text -> loop.inLoop()));
        all.add(done.thenApplyAsync(text -> loop.inLoop()));
        all.add(done.thenApply(text -> "").thenApply(text -> loop.inLoop()));
        all.add(done.thenCombine(done, (one, other) -> loop.inLoop()));
        all.add(done.applyToEither(done, text -> loop.inLoop()));
        all.add(done.thenCompose(text -> CompletableFuture.completedFuture(loop.inLoop())));
        all.add(done.handle((text, error) -> loop.inLoop()));
        all.add(failed.thenApply(text -> false).exceptionally(error -> loop.inLoop()));
        all.add(failed.thenApply(text -> false).exceptionallyCompose(error -> CompletableFuture.completedFuture(loop.inLoop())));
        List<CompletableFuture<Boolean>> noted = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            noted.add(new CompletableFuture<>());
        }
        done.thenAccept(text -> noted.get(0).complete(loop.inLoop()));
        done.thenRun(() -> noted.get(1).complete(loop.inLoop()));
        done.thenAcceptBoth(done, (one, other) -> noted.get(2).complete(loop.inLoop()));
        done.runAfterBoth(done, () -> noted.get(3).complete(loop.inLoop()));
        done.acceptEither(done, text -> noted.get(4).complete(loop.inLoop()));
        done.runAfterEither(done, () -> noted.get(5).complete(loop.inLoop()));
        all.addAll(noted);
        CompletableFuture<Boolean> last = new CompletableFuture<>();
        done.whenComplete((text, error) -> last.complete(loop.inLoop()));
        all.add(last);
        return all;
    }

    @OnEachBackend
    void cancellingFromAnotherThreadRacesWithTheConnection(String backend) throws Exception {
        AtomicInteger ends = new AtomicInteger();
        CompletableFuture<Integer> port = new CompletableFuture<>();
        try (EventLoops loops = EventLoops.start(1, LoopOptions.defaults().withBackend(backend), loop ->
                port.complete(((InetSocketAddress) loop.listen("127.0.0.1", 0, (server, socket) ->
                        socket.onError((s, error) -> { })).localAddress()).getPort()))) {
            EventLoop loop = loops.loops().get(0);
            int there = port.get(PATIENCE, TimeUnit.SECONDS);
            for (int i = 0; i < 200; i++) {
                CompletableFuture<LoopFuture<Socket>> made = new CompletableFuture<>();
                CompletableFuture<Object> closed = new CompletableFuture<>();
                loop.execute(() -> {
                    LoopFuture<Socket> connecting = Futures.connect(loop, "127.0.0.1", there, OPTIONS);
                    connecting.whenComplete((socket, error) -> {
                        ends.incrementAndGet();
                        if (socket != null) {
                            socket.onError((s, failure) -> { }).onClose((s, failure) -> closed.complete("closed"));
                            socket.abort();
                        } else {
                            closed.complete(error);
                        }
                    });
                    made.complete(connecting);
                });
                made.get(PATIENCE, TimeUnit.SECONDS).cancel(true);
                closed.get(PATIENCE, TimeUnit.SECONDS);
            }
            assertEquals(200, ends.get());
            while (loop.stats().openSockets() + loop.stats().connectingSockets() + loop.stats().closingSockets() > 0) {
                Thread.onSpinWait(); // the watchdog ends it
            }
        }
    }

    @OnEachBackend
    void waitingOnTheLoopIsRefused(String backend) {
        EventLoop.start(LoopOptions.defaults().withBackend(backend), loop -> {
            LoopFuture<String> future = new LoopFuture<>(loop);
            String message = assertThrows(IllegalStateException.class, future::join).getMessage();
            assertTrue(message.contains("would never end"), message);
            assertThrows(IllegalStateException.class, future::get);
            assertThrows(IllegalStateException.class, () -> future.get(1, TimeUnit.DAYS));
            future.settle("now", null);
            assertEquals("now", future.join() + future.get().substring(3) + future.get(1, TimeUnit.DAYS).substring(3));
        });
    }

    @Test
    void aTimeoutAbandonsWhatItStandsFor() throws Exception {
        try (EventLoops loops = EventLoops.start(1, LoopOptions.defaults().withBackend("nio"), loop ->
                loop.listen("127.0.0.1", 0, (server, socket) -> { }))) {
            EventLoop loop = loops.loops().get(0);
            CompletableFuture<Boolean> abandoned = new CompletableFuture<>();
            LoopFuture<String> future = new LoopFuture<>(loop, () -> abandoned.complete(loop.inLoop()));
            assertInstanceOf(TimeoutException.class, assertThrows(ExecutionException.class,
                    () -> future.orTimeout(1, TimeUnit.MILLISECONDS).get(PATIENCE, TimeUnit.SECONDS)).getCause());
            assertTrue(abandoned.get(PATIENCE, TimeUnit.SECONDS));
            assertFalse(future.settle("too late", null));
        }
    }

    /** Which tells nobody; so it is found when what it stands for is done. */
    @Test
    void whatIsCompletedByAnExecutorIsAbandonedWhenItIsDone() {
        EventLoop.start(LoopOptions.defaults().withBackend("nio"), loop -> {
            LoopFuture<String> future = new LoopFuture<>(loop, () -> told.add("abandoned"));
            future.completeAsync(() -> "by somebody else", Runnable::run);
            assertEquals(List.of(), told);
            assertFalse(future.settle("by the loop", null));
        });
        assertEquals(List.of("abandoned"), told);
    }

    @Test
    void whatIsAbandonedAfterTheLoopIsClosedHarmsNobody() throws Exception {
        EventLoop loop = EventLoop.open(LoopOptions.defaults().withBackend("nio"));
        LoopFuture<Socket> future = Futures.connect(loop, "127.0.0.1", 1, OPTIONS);
        LoopFuture<String> other = new LoopFuture<>(loop, () -> told.add("abandoned"));
        loop.close();
        assertTrue(future.isCompletedExceptionally());
        Thread thread = new Thread(() -> other.cancel(true));
        thread.start();
        thread.join();
        assertTrue(other.isCancelled());
        assertSame(0, told.size());
        assertNull(other.handle((text, error) -> text).join());
    }
}
