package dev.anyloop.tck.rules.share;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.EventLoops;
import dev.anyloop.Hold;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.NeedsSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Chapter SHARE of the specification: several loops that are started and ended together. What fails is in {@link FailingLoopsRules}. */
@NeedsSystem(ManyLoopsChapter.THREADS)
public abstract class ManyLoopsRules extends ManyLoopsChapter {

    private static final Duration LONG = Duration.ofHours(1);

    private void assertWorks(EventLoops loops) throws InterruptedException {
        for (EventLoop loop : loops.loops()) {
            CountDownLatch ran = latch(1);
            loop.execute(ran::countDown);
            assertHappens(ran, loop + " does nothing any more");
        }
    }

    // Starting

    @Rule("SHARE-006")
    void eachLoopHasAThreadOfItsOwnThatBearsItsName() throws Exception {
        List<String> inits = new ArrayList<>(); // what one init did is seen by the next
        BlockingQueue<String> tasks = queue();
        try (EventLoops loops = start(3, loop -> {
            loop.hold();
            assertTrue(loop.inLoop());
            inits.add(Thread.currentThread().getName() + (Thread.currentThread().isDaemon() ? ", a daemon" : ""));
        })) {
            assertEquals(List.of("many-1", "many-2", "many-3"), inits);
            for (EventLoop loop : loops.loops()) {
                assertEquals(provider().name(), loop.backend());
                loop.execute(() -> tasks.add(Thread.currentThread().getName()));
            }
            List<String> ran = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                ran.add(String.valueOf(tasks.poll(limits().mustHappen().toNanos(), TimeUnit.NANOSECONDS)));
            }
            assertEquals(inits, ran.stream().sorted().toList());
        }
    }

    @Rule({"SHARE-006", "SHARE-007", "LOOP-002"})
    void oneInitBeginsWhenTheOneBeforeHasReturned() {
        AtomicInteger running = new AtomicInteger();
        List<Integer> together = new ArrayList<>();
        try (EventLoops loops = start(3, loop -> {
            loop.hold();
            int now = running.incrementAndGet();
            block(limits().mustNotHappen().dividedBy(4));
            together.add(now);
            running.decrementAndGet();
        })) {
            assertEquals(List.of(1, 1, 1), together);
            assertEquals(3, loops.loops().size());
        }
    }

    @Rule({"SHARE-007", "ERR-005"})
    void lessThanOneLoopIsMisuse() {
        withOpenLoop(Chapter::assertWorks);
        for (int count : new int[] {0, -1}) {
            String message = assertThrows(IllegalArgumentException.class, () -> startBusy(count).close()).getMessage();
            assertTrue(message.contains(" " + count + " "), message);
        }
    }

    // The end

    @Rule({"SHARE-008", "LOOP-003"})
    void aLoopThatEndsEndsNoOtherAndAwaitWaitsForAll() throws Exception {
        List<Hold> holds = new ArrayList<>();
        try (EventLoops loops = start(3, loop -> {
            holds.add(loop.hold());
            if (holds.size() == 2) {
                holds.get(1).release();
            }
        })) {
            until(() -> isOver(loops.loops().get(1)), () -> "the second has nothing to do and does not end");
            block(limits().mustNotHappen());
            assertFalse(isOver(loops.loops().get(0)) || isOver(loops.loops().get(2)), "others have ended too");
            holds.forEach(Hold::release);
            awaitEnd(loops);
            loops.loops().forEach(loop -> assertTrue(isOver(loop), "await() returned before the end of " + loop));
        }
    }

    private static boolean isOver(EventLoop loop) {
        try {
            loop.execute(() -> {});
            return false;
        } catch (RejectedExecutionException e) {
            return true;
        }
    }

    @Rule({"SHARE-008", "LOOP-012"})
    void anInterruptEndsTheWaitAndNoLoop() throws Exception {
        try (EventLoops loops = startBusy(2)) {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, loops::await);
            assertWorks(loops);
            assertEquals(0, closed.get(), "servers closed");
        }
    }

    @Rule({"SHARE-009", "LOOP-015"})
    void shutdownFromAnyThreadWindsAllDown() throws Exception {
        for (boolean fromWithin : new boolean[] {false, true}) {
            closed.set(0);
            List<Hold> holds = new ArrayList<>();
            try (EventLoops loops = start(3, loop -> {
                keepBusy(loop);
                holds.add(loop.hold());
            })) {
                if (fromWithin) {
                    loops.loops().get(1).execute(() -> loops.shutdown(LONG));
                } else {
                    loops.shutdown(LONG);
                }
                until(() -> closed.get() == 3, () -> "only " + closed + " servers were closed");
                loops.shutdown(Duration.ZERO); // their holds are still there
                awaitEnd(loops);
                loops.shutdown(LONG); // of nobody
            }
        }
    }

    @Rule({"SHARE-009", "SHARE-008"})
    void shutdownReachesTheOthersThoughOneHasEndedByItself() throws Exception {
        closed.set(0);
        try (EventLoops loops = start(3, loop -> {
            if (!Thread.currentThread().getName().endsWith("-1")) { // that one has nothing to live for
                keepBusy(loop);
            }
        })) {
            EventLoop first = loops.loops().get(0);
            until(() -> hasEnded(first), () -> "the first has not ended");
            loops.shutdown(LONG);
            until(() -> closed.get() == 2, () -> "only " + closed + " servers were closed");
        }
    }

    private static boolean hasEnded(EventLoop loop) {
        try {
            loop.execute(() -> {});
            return false;
        } catch (RejectedExecutionException e) {
            return true;
        }
    }

    @Rule({"SHARE-009", "LOOP-009"})
    void closeEndsAllAfterTheCallbackInProgress() throws Exception {
        AtomicInteger finished = new AtomicInteger();
        CountDownLatch begun = latch(3);
        EventLoops loops = startBusy(3);
        loops.loops().forEach(loop -> loop.execute(() -> {
            begun.countDown();
            block(limits().mustNotHappen());
            finished.incrementAndGet();
        }));
        assertHappens(begun, "all are in a callback");
        loops.close();
        assertEquals(3, finished.get(), "callbacks that have come to their end");
        assertEquals(3, closed.get(), "close callbacks of servers");
        loops.loops().forEach(loop -> assertTrue(isOver(loop), loop::toString));
        loops.close();
        awaitEnd(loops);
    }

    @Rule({"SHARE-009", "LOOP-012"})
    void anInterruptDoesNotCutCloseShort() {
        EventLoops loops = startBusy(2);
        Thread.currentThread().interrupt();
        loops.close();
        assertTrue(Thread.interrupted(), "the interrupt is lost");
        assertEquals(2, closed.get(), "close callbacks of servers");
    }

    @Rule({"SHARE-009", "THREAD-001"})
    void nobodyWaitsForItself() throws Exception {
        BlockingQueue<String> refused = queue();
        try (EventLoops loops = startBusy(2)) {
            loops.loops().get(1).execute(() -> {
                refused.add(assertThrows(IllegalStateException.class, loops::await).getMessage());
                refused.add(assertThrows(IllegalStateException.class, loops::close).getMessage());
            });
            for (int i = 0; i < 2; i++) {
                String message = String.valueOf(refused.poll(limits().mustHappen().toNanos(), TimeUnit.NANOSECONDS));
                assertTrue(message.contains("many-2"), message);
            }
            assertWorks(loops);
            assertEquals(0, closed.get(), "servers closed");
        }
    }
}
