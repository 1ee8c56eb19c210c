package dev.anyloop.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.SocketOptions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The figures of a loop, where a clock that is moved by hand makes them exact. */
class StatsOnTheFakeTest extends OnTheFake {

    @Test
    void theLongestTurnCountsReadCallbacksAndNotTheWaitBeforeThem() {
        AtomicReference<Duration> longest = new AtomicReference<>();
        run(loop -> {
            connect(loop, SocketOptions.defaults()).onRead((socket, data) -> advance(40));
            at(loop, 1_000, l -> peer().send("work"));
            at(loop, 5_000, l -> longest.set(loop.stats().longestTurn()));
            at(loop, 5_000, l -> loop.close());
        });
        assertEquals(Duration.ofMillis(40), longest.get());
    }

    @Test
    void theLongestTurnCountsTheLastOneOfARunAndNotTheTimeBetweenRuns() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            loop.run(l -> advance(30));
            advance(1_000);
            loop.run(l -> advance(20));
            assertEquals(Duration.ofMillis(30), loop.stats().longestTurn());
        }
    }
}
