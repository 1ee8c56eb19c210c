package dev.anyloop.tck.rules.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.Stochastic;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.ChildJvm;
import dev.anyloop.tck.rules.NeedsSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Chapter THREAD of the specification, second part: tasks of other threads. */
public abstract class SubmittingRules extends Chapter {

    @Rule("THREAD-003")
    @Stochastic(3)
    void aTaskWakesALoopThatWaitsWithoutATimer() {
        long limit = Duration.ofMillis(100).toNanos();
        AtomicReference<String> late = new AtomicReference<>("");
        withLoop(loop -> {
            Hold hold = loop.hold();
            helper(() -> {
                for (int i = 0; i < 20 && late.get().isEmpty(); i++) {
                    block(Duration.ofMillis(2)); // the loop is most likely waiting again
                    CountDownLatch ran = latch(1);
                    long start = nanoTime();
                    loop.execute(ran::countDown);
                    await(ran);
                    if (nanoTime() - start > limit) {
                        late.set((nanoTime() - start) + " ns");
                    }
                }
                hold.release();
            });
        });
        assertEquals("", late.get());
    }

    @Rule("THREAD-003")
    @Stochastic(3)
    void everyTaskOfEightThreadsRunsOnceAndSeesWhatItsThreadWrote() {
        int threads = 8;
        int perThread = 10_000;
        int[][] written = new int[threads][perThread];
        int[] runs = new int[threads * perThread];
        AtomicInteger unseen = new AtomicInteger();
        AtomicInteger total = new AtomicInteger();
        withLoop(loop -> {
            Hold hold = loop.hold();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                helper(() -> {
                    for (int i = 0; i < perThread; i++) {
                        int number = i;
                        written[thread][number] = number + 1;
                        loop.execute(() -> {
                            runs[thread * perThread + number]++;
                            if (written[thread][number] != number + 1) {
                                unseen.incrementAndGet();
                            }
                            if (total.incrementAndGet() == threads * perThread) {
                                hold.release();
                            }
                        });
                    }
                });
            }
        });
        for (int i = 0; i < runs.length; i++) {
            assertEquals(1, runs[i], "runs of task " + i);
        }
        assertEquals(0, unseen.get());
    }

    @Rule("THREAD-004")
    void betweenRunsATaskIsQueuedAndAfterCloseItIsRejected() {
        List<String> ran = new ArrayList<>();
        withOpenLoop(loop -> {
            loop.execute(() -> ran.add("before the first run"));
            assertEquals(List.of(), ran);
            loop.run();
            loop.execute(() -> ran.add("between runs"));
            loop.run();
            loop.close();
            assertThrows(RejectedExecutionException.class, () -> loop.execute(() -> ran.add("after close")));
            CountDownLatch tried = latch(1);
            helper(() -> {
                assertThrows(RejectedExecutionException.class, () -> loop.execute(() -> ran.add("from elsewhere")));
                tried.countDown();
            });
            await(tried);
        });
        assertEquals(List.of("before the first run", "between runs"), ran);
    }

    @Rule("THREAD-004")
    void aTaskThatRacesWithCloseRunsIsDiscardedOrIsRejected() {
        for (int round = 0; round < 30; round++) {
            boolean inside = round % 2 == 0;
            int enough = random().nextInt(100);
            int submitters = 4;
            AtomicInteger ran = new AtomicInteger();
            AtomicInteger again = new AtomicInteger();
            CountDownLatch rejected = latch(submitters);
            withOpenLoop(loop -> {
                for (int i = 0; i < submitters; i++) {
                    helper(() -> {
                        submitUntilRejected(loop, ran, again);
                        rejected.countDown();
                    });
                }
                runUntil(loop, () -> ran.get() >= enough, "enough tasks have run");
                close(loop, inside);
                int then = ran.get();
                await(rejected);
                assertEquals(then, ran.get(), "tasks that ran, when close() had returned and at the end");
                assertEquals(0, again.get(), "tasks that ran again");
            });
        }
    }

    /** The stops see to it that the loop is closed between runs, in the middle of a turn and while it looks for tasks. */
    private void submitUntilRejected(EventLoop loop, AtomicInteger ran, AtomicInteger again) {
        try {
            while (!Thread.currentThread().isInterrupted()) { // as it is when the test has failed
                AtomicInteger runs = new AtomicInteger();
                loop.execute(() -> (runs.incrementAndGet() == 1 ? ran : again).incrementAndGet());
                loop.stop();
                world().park(1); // or it would be far ahead of the loop
            }
        } catch (RejectedExecutionException e) {
            loop.stop();
            assertThrows(RejectedExecutionException.class, () -> loop.execute(() -> {}));
        }
    }

    private void runUntil(EventLoop loop, BooleanSupplier condition, String what) {
        long start = nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(nanoTime() - start < limits().mustHappen().toNanos(), () -> "not in time: " + what);
            loop.run();
            world().spin();
        }
    }

    private void close(EventLoop loop, boolean inside) {
        if (!inside) {
            loop.close();
            return;
        }
        boolean[] closed = new boolean[1];
        loop.execute(() -> {
            loop.close();
            closed[0] = true;
        });
        runUntil(loop, () -> closed[0], "the task that closes the loop");
    }

    @Rule("THREAD-005")
    void noTaskIsLostWhileTheLoopFindsItselfEmpty() {
        int most = 1_000;
        Duration limit = limits().mustHappen();
        AtomicInteger ran = new AtomicInteger();
        AtomicInteger submitted = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        withOpenLoop(loop -> {
            long start = nanoTime();
            helper(() -> {
                for (int i = 0; i < most && nanoTime() - start < limit.toNanos() / 2; i++) { // fewer where each waits for a processor
                    loop.execute(ran::incrementAndGet);
                    submitted.incrementAndGet();
                    for (int spin = i % 100; ran.get() <= i && spin < 100_000; spin++) {
                        world().spin(); // the next comes at another moment of the loop's way out
                    }
                }
                over.set(true);
            });
            while (!(over.get() && ran.get() == submitted.get()) && nanoTime() - start < limit.toNanos()) {
                loop.run();
            }
            assertEquals(submitted.get(), ran.get(), "tasks that ran");
        });
        assertTrue(ran.get() > 0, "none ran");
    }

    /** Most meet a loop that waits and has to be woken. */
    @Rule("THREAD-008")
    @NeedsSystem("the stack of a thread")
    void whoRunsOutOfStackInExecuteHarmsNobodyElse() {
        List<String> faults = new ArrayList<>();
        AtomicInteger overflows = new AtomicInteger();
        withLoop(loop -> {
            Hold hold = loop.hold();
            helper(() -> {
                for (int i = 0; i < 20 && faults.isEmpty(); i++) {
                    List<Integer> ran = new ArrayList<>();
                    BitSet accepted = Overflow.calls(number -> loop.execute(() -> ran.add(number)));
                    overflows.addAndGet(Overflow.CALLS - accepted.cardinality());
                    if (!answers(loop)) {
                        faults.add("the loop is deaf");
                    } else if (!isInOrder(ran) || !ran.containsAll(accepted.stream().boxed().toList())) {
                        faults.add(accepted + " were accepted, these ran: " + ran);
                    }
                }
                hold.release();
            });
        });
        assertEquals(List.of(), faults);
        assertTrue(overflows.get() > 0, "no call has overflowed, so nothing was tested");
    }

    private boolean answers(EventLoop loop) throws InterruptedException {
        CountDownLatch answered = latch(1);
        loop.execute(answered::countDown);
        return answered.await(limits().mustHappen().toNanos(), TimeUnit.NANOSECONDS);
    }

    private static boolean isInOrder(List<Integer> numbers) {
        return numbers.equals(numbers.stream().sorted().distinct().toList());
    }

    @Rule({"THREAD-008", "LOOP-014"})
    @NeedsSystem("the stack of a thread")
    void whoRunsOutOfStackInReleaseMayReleaseAgain() {
        withLoop(loop -> {
            List<Hold> holds = Stream.generate(loop::hold).limit(Overflow.CALLS + 1).toList();
            helper(() -> {
                BitSet released = Overflow.calls(number -> holds.get(number).release());
                int left = loop.stats().holds();
                int most = holds.size() - released.cardinality();
                for (int i = 0; i < Overflow.CALLS; i++) {
                    holds.get(i).release();
                }
                int last = loop.stats().holds();
                holds.get(Overflow.CALLS).release();
                assertTrue(left <= most && left >= 1, left + " holds left, when " + released + " have been released");
                assertEquals(1, last, "holds left, when all but one have been released once more");
            });
        });
    }

    @Rule("THREAD-008")
    @NeedsSystem("a process without memory")
    void whoRunsOutOfMemoryInExecuteHarmsNobodyElse() throws Exception {
        ChildJvm child = ChildJvm.run(
                WithoutMemory.class, providerForAnotherProcess(), limits(), WithoutMemory.SMALL_HEAP);
        assertEquals("refused: true, lost: 0", child.out().strip(), child.err());
    }

    private void await(CountDownLatch latch) throws InterruptedException {
        assertTrue(latch.await(limits().mustHappen().toNanos(), TimeUnit.NANOSECONDS), "the other thread is stuck");
    }
}
