package dev.anyloop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Loops of which the first cannot be told anything once it runs, as one that its engine cannot wake. */
class EventLoopsTest implements EventLoopProvider {

    private static final long PATIENCE_SECONDS = 10;

    private final List<CountDownLatch> told = new ArrayList<>();
    private volatile boolean broken;

    private EventLoops start() {
        EventLoops loops = EventLoops.start(this, 2, LoopOptions.defaults(), loop -> { });
        broken = true;
        return loops;
    }

    @AfterEach
    void endAll() {
        broken = false;
        told.forEach(CountDownLatch::countDown);
    }

    @Test
    void shutdownTellsAllOfWhichOneCannotBeTold() {
        EventLoops loops = start();
        assertThrows(IllegalStateException.class, () -> loops.shutdown(Duration.ZERO));
        assertEquals(List.of(1L, 0L), told.stream().map(CountDownLatch::getCount).toList());
    }

    @Test
    void closeStopsAllOfWhichOneCannotBeTold() {
        EventLoops loops = start();
        assertThrows(IllegalStateException.class, loops::close);
        assertEquals(List.of(1L, 0L), told.stream().map(CountDownLatch::getCount).toList());
    }

    // ---- the provider ----

    @Override
    public EventLoop open(LoopOptions options) {
        CountDownLatch end = new CountDownLatch(1);
        boolean first = told.isEmpty();
        told.add(end);
        return (EventLoop) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {EventLoop.class}, (loop, method, arguments) -> {
            switch (method.getName()) {
                case "run" -> {
                    ((LoopCallback) arguments[0]).run((EventLoop) loop);
                    end.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                }
                case "execute" -> {
                    check(first);
                    ((Runnable) arguments[0]).run();
                }
                case "stop", "shutdown" -> {
                    check(first);
                    end.countDown();
                }
                default -> { }
            }
            return null;
        });
    }

    private void check(boolean first) {
        if (first && broken) {
            throw new IllegalStateException("the loop cannot be woken");
        }
    }

    @Override
    public String name() {
        return "untold";
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Availability availability() {
        return Availability.yes("a stub");
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of();
    }
}
