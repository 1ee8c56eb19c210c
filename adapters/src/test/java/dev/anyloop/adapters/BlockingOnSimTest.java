package dev.anyloop.adapters;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Threads that wait for a simulated network would wait in real time, so both ways to it are refused, and none hangs. */
class BlockingOnSimTest {

    private static final InetSocketAddress PEER = InetSocketAddress.createUnresolved("peer", 7);

    private static EventLoop loop(Simulation sim) {
        AtomicReference<EventLoop> loop = new AtomicReference<>();
        sim.host("peer").start(peer -> peer.listen(null, PEER.getPort(), (server, socket) -> {}));
        sim.host("host").start(own -> {
            own.hold();
            loop.set(own);
        });
        sim.advance(Duration.ofMillis(1));
        return loop.get();
    }

    @SimulationTest(runs = 1)
    void theThreadOfTheSimulationIsTheLoops(Simulation sim) {
        EventLoop loop = loop(sim);
        Exception refused = assertThrows(
                IllegalStateException.class, () -> BlockingSocket.connect(loop, PEER, ConnectOptions.defaults()));
        assertTrue(refused.getMessage().contains("loop"), refused.getMessage());
    }

    @SimulationTest(runs = 1)
    void anotherThreadIsToldWhatToDo(Simulation sim) {
        EventLoop loop = loop(sim);
        CompletableFuture<BlockingSocket> elsewhere = new CompletableFuture<>();
        new Thread(() -> {
            try {
                elsewhere.complete(BlockingSocket.connect(loop, PEER, ConnectOptions.defaults()));
            } catch (Throwable e) {
                elsewhere.completeExceptionally(e);
            }
        }).start();
        Exception failed = assertThrows(ExecutionException.class, () -> elsewhere.get(30, TimeUnit.SECONDS));
        Throwable cause = assertInstanceOf(IllegalStateException.class, failed.getCause());
        assertTrue(cause.getMessage().endsWith("test what has to block on a real backend)"), cause.getMessage());
    }
}
