package dev.anyloop.tck.rules.share;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.EventLoops;
import dev.anyloop.LoopCallback;
import dev.anyloop.LoopOptions;
import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.rules.Chapter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What the parts of chapter SHARE about many loops share: loops that go on until something ends them, at the latest the test. */
abstract class ManyLoopsChapter extends Chapter {

    static final String THREADS = "threads that the library starts";

    /** How many servers of {@link #keepBusy} have got their close callback. */
    final AtomicInteger closed = new AtomicInteger();

    private final List<EventLoops> started = new ArrayList<>();

    final EventLoops start(int count, LoopCallback init) {
        return start(provider(), count, init);
    }

    final EventLoops start(EventLoopProvider provider, int count, LoopCallback init) {
        EventLoops loops = EventLoops.start(provider, count, LoopOptions.defaults().withName("many"), init);
        started.add(loops);
        return loops;
    }

    final EventLoops startBusy(int count) {
        return start(count, this::keepBusy);
    }

    final void keepBusy(EventLoop loop) {
        loop.hold();
        loop.listen(LOCALHOST, 0, (server, socket) -> socket.close()).onClose(server -> closed.incrementAndGet());
    }

    /** Throws what {@link EventLoops#await} does. Loops that do not end in time are made to. */
    final void awaitEnd(EventLoops loops) throws InterruptedException {
        long start = nanoTime();
        Runnable cancel = world().alarm(limits().mustHappen(), () -> loops.loops().forEach(EventLoop::stop));
        try {
            loops.await();
        } finally {
            cancel.run();
        }
        assertTrue(nanoTime() - start < limits().mustHappen().toNanos(), "await() did not return");
    }

    final void assertHappens(CountDownLatch latch, String what) throws InterruptedException {
        assertTrue(latch.await(limits().mustHappen().toNanos(), TimeUnit.NANOSECONDS), what);
    }

    @Override
    protected void leave() {
        for (EventLoops loops : started) {
            try {
                loops.close();
            } catch (RuntimeException | Error e) {
                // It is what the test was about.
            }
        }
        started.clear();
        super.leave();
    }
}
