package dev.anyloop.conformance.differential;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * What a loop does besides connections.
 *
 * @param timers in the order in which they are made
 * @param tasks how many another thread submits, every third of which throws
 */
record Chores(List<Alarm> timers, int tasks) {

    /**
     * A timer.
     *
     * @param millis its delay, at least 15 ms away from all others
     * @param cancels the index of another timer to cancel, or its own for none
     */
    record Alarm(int millis, int cancels) {}

    static final Chores NONE = new Chores(List.of(), 0);

    static boolean throwsIn(int task) {
        return task % 3 == 2;
    }

    /** The order in which the timers have to fire. */
    List<Integer> order() {
        List<Integer> fired = new ArrayList<>();
        List<Integer> cancelled = new ArrayList<>();
        IntStream.range(0, timers.size()).boxed()
                .sorted(Comparator.comparing(index -> timers.get(index).millis()))
                .filter(index -> !cancelled.contains(index))
                .forEach(index -> {
                    fired.add(index);
                    cancelled.add(timers.get(index).cancels());
                });
        return fired;
    }

    /** The trace it has to leave. */
    String expected() {
        List<Integer> all = new ArrayList<>();
        List<Integer> thrown = new ArrayList<>();
        for (int task = 0; task < tasks; task++) {
            all.add(task);
            if (throwsIn(task)) {
                thrown.add(task);
            }
        }
        return trace(timers.isEmpty() ? List.of() : order(), all, thrown);
    }

    static String trace(List<Integer> timers, List<Integer> tasks, List<Integer> thrown) {
        return "timers " + Objects.toString(timers) + " tasks " + tasks + " thrown " + thrown;
    }
}
