package dev.anyloop.core.signal;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessSignalsTest {

    private static final long PATIENCE_SECONDS = 10;

    /** One that nobody else uses, and that does nothing otherwise. */
    private static final String NAME = "WINCH";

    private static final int STACK_BYTES = 256 * 1024;
    private static final int CALLS = 1_000;

    private final List<Runnable> stops = new ArrayList<>();
    private int calls;
    private int overflows;

    /** As of a loop that an engine cannot wake (SIGNAL-002). */
    @Test
    void whoCannotBeToldKeepsNobodyElseFromIt() throws InterruptedException {
        assumeTrue(JvmSignal.exists(NAME));
        CountDownLatch told = new CountDownLatch(1);
        BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, uncaught) -> thrown.add(uncaught));
        Runnable first = ProcessSignals.ALL.listen(NAME, () -> {
            throw new IllegalStateException("cannot be woken");
        });
        Runnable second = ProcessSignals.ALL.listen(NAME, told::countDown);
        try {
            new JvmSignal(NAME).raise();
            assertTrue(told.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "the second is not told");
            assertInstanceOf(IllegalStateException.class, cause(thrown.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)));
        } finally {
            second.run();
            first.run();
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    /** Wherever it ends: in front is who was there before, not somebody of whom nobody knows any more (ORDER-010). */
    @Test
    void whoHasNoStackToListenLeavesWhatWasThereBefore() throws InterruptedException {
        assumeTrue(JvmSignal.exists(NAME));
        JvmSignal signal = new JvmSignal(NAME);
        Object mine = signal.handler(() -> { }, (replaced, by) -> { });
        Object original = signal.handle(mine);
        try {
            Thread thread = new Thread(null, this::listenAtTheEndOfTheStack, "short", STACK_BYTES);
            thread.start();
            thread.join();
            stops.forEach(Runnable::run); // those that had no stack
            assertSame(mine, signal.handle(mine));
            assertTrue(overflows > 10, overflows + " overflows");
        } finally {
            signal.handle(original);
        }
    }

    private void listenAtTheEndOfTheStack() {
        listenAndStop(); // loads what it takes
        descend();
    }

    /** Each call has a little more room than the one before it. */
    private void descend() {
        try {
            descend();
        } catch (StackOverflowError e) {
            overflows++;
        }
        if (calls++ < CALLS) {
            listenAndStop();
        }
    }

    private void listenAndStop() {
        Runnable stop = ProcessSignals.ALL.listen(NAME, () -> { });
        stops.add(stop);
        stop.run();
    }

    private static Throwable cause(Throwable thrown) {
        return thrown != null && thrown.getCause() != null ? cause(thrown.getCause()) : thrown;
    }
}
