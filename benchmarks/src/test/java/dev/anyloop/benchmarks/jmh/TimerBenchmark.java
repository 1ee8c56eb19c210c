package dev.anyloop.benchmarks.jmh;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.core.Loops;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Adding a timer and cancelling it, among others. */
public class TimerBenchmark extends InnerBenchmark {

    /** A loop with timers that are due later and sooner than the one in question. */
    @State(Scope.Thread)
    public static class Timers {
        @Param({"0", "100000"})
        int others;

        EventLoop loop;

        @Setup
        public void open() {
            loop = Loops.open("bare", LoopOptions.defaults(), new BareTransport(new byte[0]));
            for (int i = 0; i < others; i++) {
                loop.timer(Duration.ofHours(1).plusMillis(i), timer -> { });
            }
        }
    }

    private static final Duration DELAY = Duration.ofHours(1).plusSeconds(50);

    @Benchmark
    public boolean addAndCancel(Timers timers) {
        return timers.loop.timer(DELAY, timer -> { }).cancel();
    }
}
