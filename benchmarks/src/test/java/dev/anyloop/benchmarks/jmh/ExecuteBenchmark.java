package dev.anyloop.benchmarks.jmh;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.core.Loops;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A task: queued, and run. */
public class ExecuteBenchmark extends InnerBenchmark {

    private static final int TASKS = 1000;

    /** A loop, and what its tasks do. */
    @State(Scope.Thread)
    public static class Tasks {
        EventLoop loop;
        int count;

        @Setup
        public void open() {
            loop = Loops.open("bare", LoopOptions.defaults(), new BareTransport(new byte[0]));
        }
    }

    @Benchmark
    @OperationsPerInvocation(TASKS)
    public int executeAndRun(Tasks tasks) {
        for (int i = 0; i < TASKS; i++) {
            tasks.loop.execute(() -> tasks.count++);
        }
        tasks.loop.run(); // until nothing is left
        return tasks.count;
    }
}
