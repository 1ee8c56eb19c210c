package dev.anyloop.adapters;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** When a scheduler runs things, told by simulated time. */
class LoopSchedulerOnSimTest {

    private static final TimeUnit MS = TimeUnit.MILLISECONDS;

    private final List<Object> told = new ArrayList<>();

    @FunctionalInterface
    private interface Script {
        void run(EventLoop loop, LoopScheduler scheduler) throws Exception;
    }

    private void simulate(Simulation sim, Script script) {
        sim.host("host").start(loop -> script.run(loop, new LoopScheduler(loop)));
        sim.advance(Duration.ofSeconds(10));
    }

    private void tell(Simulation sim, Object what) {
        told.add(what + " at " + sim.now().toMillis());
    }

    @SimulationTest(runs = 20)
    void delaysAreKept(Simulation sim) {
        simulate(sim, (loop, scheduler) -> {
            scheduler.schedule(() -> tell(sim, "late"), 2000, MS);
            scheduler.schedule(() -> tell(sim, "soon"), 1, MS);
            scheduler.execute(() -> tell(sim, "first"));
            scheduler.schedule(() -> tell(sim, "second"), -5, MS);
            scheduler.submit(() -> tell(sim, "third"));
        });
        assertEquals(List.of("first at 0", "second at 0", "third at 0", "soon at 1", "late at 2000"), told);
    }

    @SimulationTest(runs = 20)
    void aRateIsKeptAndADelayCountsFromTheEnd(Simulation sim) {
        simulate(sim, (loop, scheduler) -> {
            ScheduledFuture<?> rate = scheduler.scheduleAtFixedRate(() -> tell(sim, "rate"), 10, 100, MS);
            ScheduledFuture<?> delay = scheduler.scheduleWithFixedDelay(() -> tell(sim, "delay"), 0, 150, MS);
            scheduler.schedule(() -> rate.cancel(false), 320, MS);
            scheduler.schedule(() -> delay.cancel(false), 320, MS);
        });
        assertEquals(List.of("delay at 0", "rate at 10", "rate at 110", "delay at 150", "rate at 210", "delay at 300", "rate at 310"), told);
    }

    @SimulationTest(runs = 20)
    void whatIsCancelledIsGoneAndTheLoopEnds(Simulation sim) {
        simulate(sim, (loop, scheduler) -> {
            Future<?> future = scheduler.schedule(() -> tell(sim, "never"), 5000, MS);
            Future<?> repeated = scheduler.scheduleAtFixedRate(() -> tell(sim, "never"), 1, 1, TimeUnit.DAYS);
            assertEquals(2, loop.stats().timers());
            assertTrue(future.cancel(false) && repeated.cancel(true));
            assertEquals(0, loop.stats().timers());
            assertFalse(future.cancel(false));
            assertThrows(CancellationException.class, future::get);
        });
        assertEquals(List.of(), told);
    }

    @SimulationTest(runs = 20)
    void whatRepeatsEndsWithWhatItThrows(Simulation sim) {
        List<ScheduledFuture<?>> futures = new ArrayList<>();
        simulate(sim, (loop, scheduler) -> {
            loop.onUncaught((same, thrown) -> tell(sim, thrown.getMessage()));
            AtomicInteger left = new AtomicInteger(3);
            futures.add(scheduler.scheduleAtFixedRate(() -> {
                tell(sim, "turn");
                if (left.decrementAndGet() == 0) {
                    throw new IllegalStateException("kept");
                }
            }, 0, 10, MS));
            scheduler.schedule(() -> {
                throw new IllegalStateException("kept too");
            }, 1, MS);
            scheduler.execute(() -> {
                throw new IllegalStateException("uncaught");
            });
        });
        assertEquals(List.of("turn at 0", "uncaught at 0", "turn at 10", "turn at 20"), told);
        assertEquals("kept", assertThrows(ExecutionException.class, futures.get(0)::get).getCause().getMessage());
    }

    @SimulationTest(runs = 20)
    void aShutdownEndsWhatRepeatsAndLetsTheRestRun(Simulation sim) {
        simulate(sim, (loop, scheduler) -> {
            ScheduledFuture<?> repeated = scheduler.scheduleWithFixedDelay(() -> tell(sim, "turn"), 0, 10, MS);
            scheduler.schedule(() -> tell(sim, "later"), 500, MS);
            scheduler.schedule(() -> {
                scheduler.shutdown();
                assertThrows(RejectedExecutionException.class, () -> scheduler.execute(() -> { }));
                assertTrue(repeated.isCancelled() && scheduler.isShutdown() && !scheduler.isTerminated());
            }, 15, MS);
            loop.timer(Duration.ofSeconds(1), timer -> tell(sim, "terminated " + scheduler.isTerminated()));
        });
        assertEquals(List.of("turn at 0", "turn at 10", "later at 500", "terminated true at 1000"), told);
    }

    @SimulationTest(runs = 20)
    void aShutdownNowGivesBackWhatHasNotBegun(Simulation sim) {
        simulate(sim, (loop, scheduler) -> {
            Runnable command = () -> told.add("command");
            ScheduledFuture<?>[] repeated = new ScheduledFuture<?>[1];
            repeated[0] = scheduler.scheduleWithFixedDelay(() -> {
                Future<?> later = scheduler.schedule(() -> "later", 500, MS);
                scheduler.execute(command);
                assertEquals(List.of(later, command), scheduler.shutdownNow());
                assertFalse(scheduler.isTerminated(), "this is still running");
                ((Runnable) later).run();
                assertEquals("later", assertDoesNotThrow(() -> later.get()));
            }, 0, 10, MS);
            loop.timer(Duration.ofMillis(1), timer -> {
                assertTrue(scheduler.isTerminated() && repeated[0].isCancelled());
                assertEquals(0, loop.stats().timers());
                tell(sim, "over");
            });
        });
        assertEquals(List.of("over at 1"), told);
    }
}
