package dev.anyloop.core.signal;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessSignalsTest {

    private static final long PATIENCE_SECONDS = 10;

    /** One that nobody else uses, and that does nothing otherwise. */
    private static final String NAME = "WINCH";

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

    private static Throwable cause(Throwable thrown) {
        return thrown != null && thrown.getCause() != null ? cause(thrown.getCause()) : thrown;
    }
}
