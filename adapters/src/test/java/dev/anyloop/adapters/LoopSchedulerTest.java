package dev.anyloop.adapters;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.EventLoops;
import dev.anyloop.Hold;
import dev.anyloop.LoopOptions;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** A scheduler, its loop and other threads. */
class LoopSchedulerTest {

    private static final long PATIENCE = 30;
    private static final TimeUnit MS = TimeUnit.MILLISECONDS;

    private final List<Object> told = new ArrayList<>();

    @FunctionalInterface
    private interface Script {
        void run(EventLoop loop, LoopScheduler scheduler) throws Exception;
    }

    private static void with(String backend, Script script) throws Exception {
        List<Hold> hold = new ArrayList<>();
        try (EventLoops loops = EventLoops.start(1, LoopOptions.defaults().withBackend(backend), loop -> hold.add(loop.hold()))) {
            EventLoop loop = loops.loops().get(0);
            script.run(loop, new LoopScheduler(loop));
            hold.get(0).release();
        }
    }

    @OnEachBackend
    void otherThreadsSubmitAndWait(String backend) throws Exception {
        with(backend, (loop, scheduler) -> {
            long start = System.nanoTime();
            assertTrue(scheduler.schedule(loop::inLoop, 20, MS).get(PATIENCE, TimeUnit.SECONDS));
            assertTrue(System.nanoTime() - start >= MS.toNanos(20), "never early");
            Callable<Boolean> inLoop = loop::inLoop;
            for (Future<Boolean> each : scheduler.invokeAll(List.of(inLoop, inLoop))) {
                assertTrue(each.get());
            }
            assertTrue(scheduler.invokeAny(List.of(inLoop)));
            AtomicInteger turns = new AtomicInteger();
            CountDownLatch three = new CountDownLatch(3);
            ScheduledFuture<?> repeated = scheduler.scheduleAtFixedRate(() -> {
                turns.incrementAndGet();
                three.countDown();
            }, 1, 1, MS);
            assertTrue(three.await(PATIENCE, TimeUnit.SECONDS));
            repeated.cancel(false);
            Future<?> later = scheduler.schedule(() -> { }, 20, MS);
            scheduler.shutdown();
            assertTrue(scheduler.awaitTermination(PATIENCE, TimeUnit.SECONDS));
            assertTrue(later.isDone() && repeated.isCancelled());
        });
    }

    @OnEachBackend
    void waitingOnTheLoopIsRefused(String backend) throws Exception {
        with(backend, (loop, scheduler) -> {
            Callable<String> call = () -> "";
            scheduler.submit(() -> {
                assertRefused(() -> scheduler.invokeAll(List.of(call)));
                assertRefused(() -> scheduler.invokeAll(List.of(call), 1, MS));
                assertRefused(() -> scheduler.invokeAny(List.of(call)));
                assertRefused(() -> scheduler.invokeAny(List.of(call), 1, MS));
                assertRefused(() -> scheduler.awaitTermination(1, MS));
                assertRefused(() -> scheduler.submit(call).get());
                assertRefused(() -> scheduler.submit(call).get(1, MS));
                return "";
            }).get(PATIENCE, TimeUnit.SECONDS);
        });
    }

    /** Whoever waits there has no future that could be cancelled, and would wait for ever. */
    @OnEachBackend
    void whoWaitsForSeveralTasksIsToldThatTheLoopIsClosed(String backend) throws Exception {
        for (boolean all : new boolean[] {true, false}) {
            AtomicReference<LoopScheduler> made = new AtomicReference<>();
            CompletableFuture<Object> told = new CompletableFuture<>();
            Thread waiter = new Thread(() -> {
                try {
                    Callable<String> never = () -> "never";
                    told.complete(all ? made.get().invokeAll(List.of(never, never)) : made.get().invokeAny(List.of(never, never)));
                } catch (Exception e) {
                    told.complete(e);
                }
            }, "waiter");
            EventLoop.start(LoopOptions.defaults().withBackend(backend), loop -> {
                made.set(new LoopScheduler(loop));
                waiter.start();
                while (waiter.getState() != Thread.State.WAITING || loop.stats().queuedTasks() < 2) {
                    Thread.onSpinWait();
                }
                loop.close();
            });
            Object answer = told.get(PATIENCE, TimeUnit.SECONDS);
            if (all) {
                assertTrue(((List<?>) answer).stream().allMatch(each -> ((Future<?>) each).isCancelled()), answer.toString());
            } else {
                assertInstanceOf(CancellationException.class, assertInstanceOf(ExecutionException.class, answer).getCause());
            }
        }
    }

    @OnEachBackend
    void aFutureThatIsExecutedIsCancelledWithTheLoop(String backend) throws Exception {
        FutureTask<String> future = new FutureTask<>(() -> "never");
        EventLoop.start(LoopOptions.defaults().withBackend(backend), loop -> {
            new LoopScheduler(loop).execute(future);
            loop.close();
        });
        assertTrue(future.isCancelled());
    }

    @Test
    void ofSeveralTasksTheFirstThatReturnsCountsOrTheLastThatFails() throws Exception {
        with("nio", (loop, scheduler) -> {
            Callable<String> failing = () -> {
                throw new java.io.IOException("mine");
            };
            Callable<String> late = () -> "late";
            assertEquals("late", scheduler.invokeAny(List.of(failing, late)));
            assertEquals("mine", assertThrows(ExecutionException.class, () -> scheduler.invokeAny(List.of(failing, failing))).getCause().getMessage());
            assertThrows(IllegalArgumentException.class, () -> scheduler.invokeAny(List.<Callable<String>>of()));
            CountDownLatch block = new CountDownLatch(1);
            Callable<String> blocking = () -> {
                block.await();
                return "never";
            };
            assertThrows(TimeoutException.class, () -> scheduler.invokeAny(List.of(blocking, late), 20, MS));
            List<Future<String>> all = scheduler.invokeAll(List.of(late, blocking, late), 2000, MS);
            assertEquals("late", all.get(0).get());
            assertTrue(all.get(1).isCancelled() && all.get(2).isCancelled());
            assertEquals(List.of(), scheduler.invokeAll(List.<Callable<String>>of()));
        });
    }

    private static void assertRefused(org.junit.jupiter.api.function.Executable call) {
        String message = assertThrows(IllegalStateException.class, call).getMessage();
        assertTrue(message.contains("on the loop's own thread"), message);
    }

    @Test
    void aShutdownNowInterruptsWhatIsRunning() throws Exception {
        with("nio", (loop, scheduler) -> {
            CountDownLatch begun = new CountDownLatch(1);
            Future<?> running = scheduler.submit(() -> {
                begun.countDown();
                new CountDownLatch(1).await();
                return "";
            });
            begun.await();
            assertFalse(scheduler.awaitTermination(1, TimeUnit.NANOSECONDS));
            assertEquals(List.of(), scheduler.shutdownNow());
            assertTrue(assertThrows(ExecutionException.class, running::get).getCause() instanceof InterruptedException);
            assertTrue(scheduler.awaitTermination(PATIENCE, TimeUnit.SECONDS));
        });
    }

    /** The task that would set the timer is overtaken. */
    @Test
    void whatIsGivenBackBeforeItsTimerIsSetSetsNone() throws Exception {
        with("nio", (loop, scheduler) -> {
            CountDownLatch go = new CountDownLatch(1);
            loop.execute(() -> {
                assertDoesNotThrow(() -> go.await());
                told.add(scheduler.shutdownNow().size()); // before the tasks that set timers come
            });
            Future<?> later = scheduler.schedule(() -> told.add("later"), 1, TimeUnit.DAYS);
            Future<?> cancelled = scheduler.schedule(() -> told.add("cancelled"), 1, TimeUnit.DAYS);
            assertTrue(cancelled.cancel(false));
            go.countDown();
            CompletableFuture<Integer> timers = new CompletableFuture<>();
            loop.execute(() -> timers.complete(Math.toIntExact(loop.stats().timers())));
            assertEquals(0, timers.get(PATIENCE, TimeUnit.SECONDS));
            assertEquals(List.of(1), told);
            assertTrue(scheduler.isTerminated());
            assertFalse(later.isDone());
            assertThrows(TimeoutException.class, () -> later.get(1, MS));
        });
    }

    @Test
    void manyThreadsSubmitAndCancelAndNothingIsLeft() throws Exception {
        with("nio", (loop, scheduler) -> {
            AtomicInteger ran = new AtomicInteger();
            AtomicInteger cancelled = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                threads.add(new Thread(() -> {
                    for (int i = 0; i < 2000; i++) {
                        Future<?> future = scheduler.schedule(ran::incrementAndGet, i % 3, MS);
                        if (i % 2 == 0 && future.cancel(false)) {
                            cancelled.incrementAndGet();
                        }
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            scheduler.shutdown();
            assertTrue(scheduler.awaitTermination(PATIENCE, TimeUnit.SECONDS));
            assertEquals(8000, ran.get() + cancelled.get());
        });
    }

    @Test
    void aClosedLoopRejects() {
        EventLoop loop = EventLoop.open(LoopOptions.defaults().withBackend("nio"));
        LoopScheduler scheduler = new LoopScheduler(loop);
        loop.close();
        assertThrows(RejectedExecutionException.class, () -> scheduler.execute(() -> { }));
        assertThrows(RejectedExecutionException.class, () -> scheduler.schedule(() -> { }, 1, MS));
        scheduler.shutdown();
        assertTrue(scheduler.isTerminated());
    }

    /** Its next run has no loop, and it closes nobody else's. */
    @Test
    void whatClosesTheLoopItselfIsCancelled() {
        ScheduledFuture<?>[] future = new ScheduledFuture<?>[1];
        EventLoop.start(LoopOptions.defaults().withBackend("nio"), loop ->
                future[0] = new LoopScheduler(loop).scheduleWithFixedDelay(loop::close, 0, 1, MS));
        assertTrue(future[0].isCancelled());
    }

    @Test
    void misuseIsRefused() throws Exception {
        with("nio", (loop, scheduler) -> {
            assertThrows(IllegalArgumentException.class, () -> scheduler.scheduleAtFixedRate(() -> { }, 0, 0, MS));
            assertThrows(IllegalArgumentException.class, () -> scheduler.scheduleWithFixedDelay(() -> { }, 0, -1, MS));
            assertThrows(NullPointerException.class, () -> scheduler.execute(null));
            ScheduledFuture<?> far = scheduler.schedule(() -> { }, Long.MAX_VALUE, TimeUnit.DAYS);
            ScheduledFuture<?> near = scheduler.schedule(() -> { }, 1, TimeUnit.DAYS);
            assertTrue(far.compareTo(near) > 0 && far.getDelay(TimeUnit.DAYS) > 10_000);
            assertSame(0, near.compareTo(near));
            far.cancel(false);
            near.cancel(false);
        });
    }

    @Test
    void whatThereIsNoMemoryForFailsAndIsForgotten() throws Exception {
        with("nio", (loop, scheduler) -> {
            LoopScheduler withoutTimers = new LoopScheduler(Starved.of(loop, "timer"));
            LoopScheduler withoutIntervals = new LoopScheduler(Starved.of(loop, "interval"));
            for (Future<?> each : List.of(
                    withoutTimers.schedule(() -> told.add("ran"), 1, MS),
                    withoutIntervals.scheduleAtFixedRate(() -> told.add("ran"), 0, 1, MS),
                    scheduler.submit(() -> withoutTimers.schedule(() -> told.add("ran"), 1, MS)))) { // on the loop's thread
                ExecutionException failed = assertThrows(ExecutionException.class, () -> each.get(PATIENCE, TimeUnit.SECONDS));
                assertTrue(failed.getCause() instanceof OutOfMemoryError, failed::toString);
            }
            for (LoopScheduler each : List.of(withoutTimers, withoutIntervals)) {
                each.shutdown();
                assertTrue(each.awaitTermination(PATIENCE, TimeUnit.SECONDS));
            }
        });
        assertEquals(List.of(), told);
    }

    /** Whoever waits for one of them would wait for ever. */
    @OnEachBackend
    void whatHasNotRunIsCancelledWhenTheLoopIsClosed(String backend) throws Exception {
        CompletableFuture<List<Future<?>>> submitted = new CompletableFuture<>();
        CompletableFuture<LoopScheduler> ended = new CompletableFuture<>();
        try (EventLoop loop = EventLoop.open(LoopOptions.defaults().withBackend(backend))) {
            LoopScheduler scheduler = new LoopScheduler(loop);
            loop.run(running -> {
                submitted.complete(List.of(
                        scheduler.schedule(() -> { }, 1, TimeUnit.DAYS),
                        scheduler.scheduleAtFixedRate(() -> { }, 1, 1, TimeUnit.DAYS),
                        scheduler.scheduleWithFixedDelay(() -> { }, 0, 1, TimeUnit.DAYS),
                        scheduler.submit(() -> { }),
                        CompletableFuture.supplyAsync(() -> scheduler.submit(() -> { })).get()));
                scheduler.execute(() -> told.add("too late"));
                running.close();
                assertFalse(scheduler.isTerminated());
            });
            ended.complete(scheduler);
        }
        for (Future<?> future : submitted.get()) {
            assertThrows(CancellationException.class, () -> future.get(PATIENCE, TimeUnit.SECONDS));
        }
        LoopScheduler scheduler = ended.get();
        assertTrue(scheduler.isShutdown() && scheduler.awaitTermination(0, MS));
        assertThrows(RejectedExecutionException.class, () -> scheduler.execute(() -> { }));
        assertEquals(List.of(), told);
    }

    @Test
    void aLoopKeepsNoViewOfItThatNobodyHas() throws InterruptedException {
        try (EventLoop loop = EventLoop.open(LoopOptions.defaults().withBackend("nio"))) {
            WeakReference<LoopScheduler> view = new WeakReference<>(new LoopScheduler(loop));
            for (int tries = 0; tries < 600 && !view.refersTo(null); tries++) {
                System.gc();
                Thread.sleep(10);
            }
            assertTrue(view.refersTo(null));
        }
    }

    /** It is for that task, not for what else runs on the loop's thread, nor for whoever has called run(). */
    @OnEachBackend
    void anInterruptEndsWithItsTask(String backend) {
        for (boolean repeats : List.of(false, true)) {
            assertInterruptEndsWithItsTask(backend, repeats, (scheduler, future) -> future.cancel(true));
            assertInterruptEndsWithItsTask(backend, repeats, (scheduler, future) -> scheduler.shutdownNow());
        }
    }

    private void assertInterruptEndsWithItsTask(String backend, boolean repeats, BiConsumer<LoopScheduler, Future<?>> interruption) {
        told.clear();
        EventLoop.start(LoopOptions.defaults().withBackend(backend), loop -> {
            LoopScheduler scheduler = new LoopScheduler(loop);
            List<Future<?>> future = new ArrayList<>();
            Runnable task = () -> {
                new Thread(() -> interruption.accept(scheduler, future.get(0))).start();
                while (!Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait(); // the watchdog ends it
                }
                loop.execute(() -> told.add(Thread.currentThread().isInterrupted()));
                told.add("interrupted");
            };
            future.add(repeats ? scheduler.scheduleAtFixedRate(task, 0, 1, TimeUnit.HOURS) : scheduler.submit(task));
            loop.timer(Duration.ZERO, timer -> told.add(Thread.currentThread().isInterrupted())); // in the same turn
            loop.execute(() -> told.add(Thread.currentThread().isInterrupted()));
        });
        assertTrue(told.size() == 4 && told.contains("interrupted") && !told.contains(true), told::toString);
        assertFalse(Thread.interrupted());
    }

    /** One that comes from elsewhere is left for whom it is meant (LOOP-012). */
    @Test
    void theInterruptOfSomebodyElseIsKept() {
        EventLoop.start(LoopOptions.defaults().withBackend("nio"), loop ->
                new LoopScheduler(loop).submit(() -> Thread.currentThread().interrupt()));
        assertTrue(Thread.interrupted());
    }
}
