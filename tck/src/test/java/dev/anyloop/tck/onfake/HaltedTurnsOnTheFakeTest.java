package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Who stops the loop in every turn, as a program does that waits for one thing after another, does not starve the rest. */
class HaltedTurnsOnTheFakeTest extends OnTheFake {

    private static final int RUNS = 20;

    private void runOften(EventLoop loop, Runnable between) {
        for (int i = 0; i < RUNS; i++) {
            between.run();
            loop.run();
        }
    }

    @Rule({"LOOP-007", "CLOSE-004", "WRITE-004"})
    void aTimerThatAlwaysStopsTheLoopHoldsBackNoCompletionAndNoClose() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            connect(loop, SocketOptions.defaults()).onConnect(s -> {
                s.write(ByteBuffer.allocate(3), (same, error) -> note(outcome("completion", error)));
                s.close();
            });
            loop.interval(Duration.ofMillis(16), timer -> {
                note("frame");
                loop.stop();
            });
            runOften(loop, () -> advance(20)); // so that it is due whenever the loop comes to it
            assertTrue(log.indexOf("frame@60") > log.indexOf("completion@40"), log.toString());
            assertEquals(RUNS, log.stream().filter(it -> it.startsWith("frame")).count());
            assertTrue(log.stream().anyMatch(it -> it.startsWith("close@")), log.toString());
        }
    }

    @Rule({"LOOP-007", "TIMER-002", "READ-003"})
    void dataThatAlwaysStopsTheLoopHoldsBackNoTimerAndNoOtherSocket() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            connect(loop, SocketOptions.defaults()).onRead((s, data) -> loop.stop());
            Socket other = loop.connect("10.0.0.2", 80).onRead((s, data) -> note("other " + data.remaining()));
            connection(1).complete();
            at(loop, 5, l -> note("timer"));
            loop.stop();
            loop.run();
            connection(1).peer().send("hello");
            runOften(loop, () -> {
                advance(10);
                peer().send("flood");
            });
            assertTrue(log.contains("other 5@10") || log.contains("other 5@20"), log.toString());
            assertTrue(log.contains("timer@20"), log.toString());
            assertTrue(other.isOpen());
        }
    }
}
