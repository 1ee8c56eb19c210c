package dev.anyloop.benchmarks;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Says how far the bench is, line by line. */
final class Progress {

    private final long begunNanos = System.nanoTime();
    private final PrintStream out;
    private final int steps;
    private int done;

    Progress(PrintStream out, int steps) {
        this.out = out;
        this.steps = steps;
    }

    /** One more step is done. */
    void step(String what) {
        done++;
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begunNanos);
        out.println(String.format(Locale.ROOT, "[%3d s] %3d %%  %s", seconds, 100 * done / steps, what));
    }
}
