package dev.anyloop.tck.rules.share;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.BackendUnavailableException;
import dev.anyloop.EventLoop;
import dev.anyloop.EventLoops;
import dev.anyloop.LoopCallback;
import dev.anyloop.LoopOptions;
import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.CapturedLog;
import dev.anyloop.tck.rules.NeedsSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Filter;
import java.util.logging.Logger;

/** Chapter SHARE of the specification, continued: several loops of which one fails. */
@NeedsSystem(ManyLoopsChapter.THREADS)
public abstract class FailingLoopsRules extends ManyLoopsChapter {

    private final IllegalStateException thrown = new IllegalStateException("of the loop");

    private EventLoops startBusyAnd(int count, LoopCallback init) {
        return startBusyAnd(provider(), count, init);
    }

    private EventLoops startBusyAnd(EventLoopProvider provider, int count, LoopCallback init) {
        return start(provider, count, loop -> {
            keepBusy(loop);
            init.run(loop);
        });
    }

    // In the beginning

    @Rule({"SHARE-007", "SHARE-010"})
    void anInitThatThrowsEndsAllAndStartThrowsTheSame() {
        List<EventLoop> begun = new ArrayList<>();
        assertSame(thrown, assertThrows(IllegalStateException.class, () -> startBusyAnd(4, loop -> {
            begun.add(loop);
            if (begun.size() == 3) {
                throw thrown;
            }
        }).close()));
        assertEquals(3, begun.size(), "inits");
        assertEquals(3, closed.get(), "close callbacks of servers");
    }

    @Rule({"SHARE-007", "LOOP-011"})
    void aCheckedExceptionOfAnInitIsACause() {
        Exception checked = new Exception("checked");
        assertSame(checked, assertThrows(CompletionException.class, () -> startBusyAnd(2, loop -> {
            throw checked;
        }).close()).getCause());
        assertEquals(1, closed.get(), "close callbacks of servers");
    }

    @Rule({"SHARE-007", "LOOP-011"})
    void anInitWhoseExceptionIsTakenHasReturned() {
        List<Throwable> caught = new ArrayList<>();
        startBusyAnd(2, loop -> {
            loop.onUncaught((same, failure) -> caught.add(failure));
            throw thrown;
        }).close();
        assertEquals(List.of(thrown, thrown), caught);
    }

    @Rule({"SHARE-007", "RES-002"})
    void ifOneCannotBeOpenedNothingIsLeftOfTheOthers() {
        EventLoopProvider good = provider();
        BackendUnavailableException full = new BackendUnavailableException("no more of them");
        List<EventLoop> opened = new ArrayList<>();
        EventLoopProvider limited = new EventLoopProvider() {
            @Override
            public String name() {
                return good.name();
            }

            @Override
            public int priority() {
                return good.priority();
            }

            @Override
            public Availability availability() {
                return good.availability();
            }

            @Override
            public EventLoop open(LoopOptions options) {
                if (opened.size() == 2) {
                    throw full;
                }
                EventLoop loop = good.open(options);
                opened.add(loop);
                return loop;
            }
        };
        assertSame(full, assertThrows(BackendUnavailableException.class, () -> startBusyAnd(limited, 4, loop -> {}).close()));
        assertEquals(2, closed.get(), "close callbacks of servers");
    }

    // Later

    /** The second one of them. */
    private EventLoops startAndFail(int count) {
        EventLoops loops = startBusyAnd(count, loop -> {});
        loops.loops().get(1).execute(() -> {
            throw thrown;
        });
        return loops;
    }

    @Rule({"SHARE-010", "LOOP-011"})
    void whatOneLoopThrowsEndsAllAndAwaitThrowsItEachTime() {
        try (CapturedLog log = new CapturedLog()) {
            try (EventLoops loops = startAndFail(3)) {
                for (int i = 0; i < 2; i++) {
                    assertSame(thrown, assertThrows(IllegalStateException.class, () -> awaitEnd(loops)));
                }
            } // and close has nothing to add
            assertEquals(3, closed.get(), "close callbacks of servers");
            assertEquals(0, thrown.getSuppressed().length);
            assertTrue(log.lines().size() <= 1, log.lines()::toString); // it may have come before anybody waited
        }
    }

    @Rule({"SHARE-010", "ERR-004"})
    void aFailureThatNobodyWaitsForIsLoggedAndCloseThrowsIt() {
        try (CapturedLog log = new CapturedLog()) {
            EventLoops loops = startAndFail(2);
            until(() -> closed.get() == 2 && log.lines().size() > 0, () -> closed + " servers closed, " + log.lines());
            assertSame(thrown, assertThrows(IllegalStateException.class, loops::close));
            loops.close();
            assertEquals(1, log.lines().size(), log.lines()::toString);
            assertTrue(log.lines().get(0).startsWith("SEVERE loop \"many-2\" failed"), log.lines()::toString);
        }
    }

    /** It is the user's, and ends no more than the thread that it is called on, whose loop is closed anyway. */
    @Rule("SHARE-010")
    void aLoggerThatThrowsKeepsNoLoopOpen() {
        Filter broken = line -> {
            throw new IllegalStateException("of the logger");
        };
        Logger logger = Logger.getLogger("dev.anyloop");
        try (CapturedLog log = new CapturedLog()) {
            EventLoops loops = startBusyAnd(2, loop -> Thread.currentThread().setUncaughtExceptionHandler((thread, escaped) -> {}));
            logger.setFilter(broken);
            loops.loops().get(1).execute(() -> {
                throw thrown;
            });
            until(() -> closed.get() == 2, () -> closed + " servers closed, " + log.lines());
            assertSame(thrown, assertThrows(IllegalStateException.class, loops::close));
        } finally {
            logger.setFilter(null);
        }
    }

    @Rule("SHARE-010")
    void whatOthersThrowIsSuppressed() throws InterruptedException {
        IllegalStateException second = new IllegalStateException("of the other loop");
        List<Thread> threads = new ArrayList<>();
        try (CapturedLog log = new CapturedLog()) {
            EventLoops loops = startBusyAnd(2, loop -> threads.add(Thread.currentThread()));
            CountDownLatch begun = latch(1);
            loops.loops().get(1).execute(() -> {
                begun.countDown();
                joinUninterrupted(threads.get(0));
                throw second;
            });
            assertHappens(begun, "the second is in a callback");
            loops.loops().get(0).execute(() -> {
                throw thrown;
            });
            assertSame(thrown, assertThrows(IllegalStateException.class, () -> awaitEnd(loops)));
            assertEquals(List.of(second), List.of(thrown.getSuppressed()), log.lines()::toString);
        }
    }

    private static void joinUninterrupted(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
