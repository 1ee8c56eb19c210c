package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Signal;
import dev.anyloop.core.Loops;
import dev.anyloop.core.SteppedLoop;
import dev.anyloop.core.Surroundings;
import dev.anyloop.tck.fake.FakeClock;
import dev.anyloop.tck.fake.FakeTransport;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A loop that its owner turns. */
class SteppingOnTheFakeTest implements Surroundings {

    private final FakeClock clock = new FakeClock();
    private final List<String> log = new ArrayList<>();
    private final List<Runnable> questions = new ArrayList<>();
    private final List<Runnable> signals = new ArrayList<>();
    private boolean refusing;
    private boolean failing;
    private final SteppedLoop stepped = Loops.stepped("fake",
            LoopOptions.defaults().withResolver(host -> List.of(InetAddress.getLoopbackAddress())), new FakeTransport(clock), this);
    private final EventLoop loop = stepped.loop();

    @Override
    public long nanoTime() {
        return clock.getAsLong();
    }

    @Override
    public void compute(Runnable work) {
        questions.add(work);
    }

    @Override
    public void lookUp(String name, Runnable question) {
        log.add("look up " + name);
        questions.add(question);
    }

    @Override
    public Runnable signal(String name, Runnable delivered) {
        signals.add(delivered);
        return () -> {
            if (failing) {
                throw new OutOfMemoryError("in this test");
            }
            signals.remove(delivered);
        };
    }

    @Override
    public void calling() {
        submitting();
    }

    @Override
    public void submitting() {
        if (refusing) {
            throw new IllegalStateException("refused");
        }
    }

    @Test
    void aTurnTellsHowLongTheLoopWouldWait() {
        loop.timer(Duration.ofSeconds(3), timer -> log.add("timer"));
        assertEquals(Duration.ofSeconds(3).toNanos(), stepped.turn());
        clock.advance(Duration.ofSeconds(2));
        assertEquals(Duration.ofSeconds(1).toNanos(), stepped.turn());
        assertEquals(List.of(), log);
        clock.advance(Duration.ofSeconds(1));
        assertEquals(SteppedLoop.OVER, stepped.turn());
        assertEquals(List.of("timer"), log);
    }

    @Test
    void withoutADeadlineItWouldWaitForEver() {
        loop.hold();
        assertEquals(Long.MAX_VALUE, stepped.turn());
    }

    @Test
    void withATaskItWouldNotWait() {
        loop.execute(() -> loop.execute(() -> log.add("second")));
        assertEquals(0, stepped.turn());
        assertEquals(SteppedLoop.OVER, stepped.turn());
        assertEquals(List.of("second"), log);
    }

    @Test
    void itIsOverWhenItIsStoppedAndCanBeTurnedAgain() {
        loop.hold();
        loop.execute(loop::stop);
        assertEquals(SteppedLoop.OVER, stepped.turn());
        assertEquals(Long.MAX_VALUE, stepped.turn());
    }

    @Test
    void itIsOverWhenItIsClosed() {
        loop.hold();
        loop.execute(loop::close);
        assertEquals(SteppedLoop.OVER, stepped.turn());
        assertThrows(IllegalStateException.class, stepped::turn);
    }

    @Test
    void afterItIsAbandonedNothingFollows() {
        loop.connect("127.0.0.1", 1).onClose((socket, error) -> log.add("closed"));
        loop.timer(Duration.ZERO, timer -> log.add("timer"));
        loop.execute(() -> {
            loop.execute(() -> log.add("second"));
            stepped.abandon();
            log.add("still the same");
        });
        loop.execute(() -> log.add("first"));
        assertEquals(SteppedLoop.OVER, stepped.turn());
        assertEquals(SteppedLoop.OVER, stepped.turn());
        loop.run();
        loop.close();
        assertEquals(List.of("still the same"), log);
    }

    @Test
    void whatACallbackThrowsItsTurnThrows() {
        loop.execute(() -> {
            throw new ArithmeticException("planned");
        });
        assertThrows(ArithmeticException.class, stepped::turn);
        assertEquals(SteppedLoop.OVER, stepped.turn());
    }

    @Test
    void itDoesNotTurnInsideItsOwnCallback() {
        loop.execute(() -> assertThrows(IllegalStateException.class, stepped::turn));
        stepped.turn();
    }

    @Test
    void aNameIsLookedUpWhereItsOwnerWantsIt() {
        loop.connect("some.host", 80).onError((socket, error) -> { });
        assertEquals(List.of("look up some.host"), log);
        stepped.turn();
        questions.get(0).run();
        assertEquals(0, loop.stats().openSockets());
        assertEquals(1, loop.stats().queuedTasks()); // the answer, for the loop's own thread
        loop.close();
    }

    @Test
    void aCallThatIsRefusedChangesNothing() {
        refusing = true;
        assertThrows(IllegalStateException.class, () -> loop.timer(Duration.ZERO, timer -> log.add("timer")));
        refusing = false;
        assertEquals(SteppedLoop.OVER, stepped.turn());
        assertFalse(log.contains("timer"));
    }

    @Test
    void aTaskThatIsRefusedIsNotThere() {
        refusing = true;
        assertThrows(IllegalStateException.class, () -> loop.execute(() -> log.add("task")));
        refusing = false;
        assertEquals(SteppedLoop.OVER, stepped.turn());
        assertFalse(log.contains("task"));
    }

    @Test
    void aStormOfSignalsIsToldByOneCall() {
        Signal signal = loop.signal("TERM", same -> log.add("told"));
        for (int i = 0; i < 1_000; i++) {
            signals.get(0).run();
        }
        assertEquals(1, loop.stats().queuedTasks());
        stepped.turn();
        assertEquals(List.of("told"), log);
        signals.get(0).run();
        stepped.turn();
        assertEquals(List.of("told", "told"), log);
        signal.cancel();
        assertEquals(List.of(), signals);
    }

    /** For want of memory, for one. */
    @Test
    void aSignalThatIsNotGivenBackKeepsNoSocketFromBeingReleased() {
        loop.signal("TERM", same -> {});
        loop.connect("127.0.0.1", 1).onClose((socket, error) -> log.add("closed"));
        failing = true;
        assertThrows(OutOfMemoryError.class, loop::close);
        assertEquals(List.of("closed"), log);
    }
}
