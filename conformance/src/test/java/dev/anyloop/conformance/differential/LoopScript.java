package dev.anyloop.conformance.differential;

import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.LoopCallback;
import dev.anyloop.Timer;
import dev.anyloop.conformance.differential.Chores.Alarm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What one side's loop does besides connections, whoever turns it; it runs again whenever the scenario stops it. */
final class LoopScript {

    /** Timers made within this time come due in the order of their delays, which are further apart. */
    private static final long ARMED_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Chores chores;
    private volatile @Nullable EventLoop loop;
    private volatile @Nullable Throwable failure;

    // On the loop thread.
    private @Nullable Hold hold;
    private boolean stopped;
    private final List<Timer> timers = new ArrayList<>();
    private final List<Integer> fired = new ArrayList<>();
    private final List<Integer> done = new ArrayList<>();
    private final List<Integer> thrown = new ArrayList<>();

    /** What a task throws. */
    private static final class Task extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int index;

        private Task(int index) {
            super("planned", null, false, false);
            this.index = index;
        }
    }

    LoopScript(Chores chores) {
        this.chores = chores;
    }

    // ---- on the loop thread ----

    /** Before it runs. */
    void opened(EventLoop opened) {
        loop = opened;
        opened.onUncaught((same, cause) -> uncaught(cause));
    }

    /** The init of its first run. */
    void begin(LoopCallback init) throws Exception {
        if (chores.tasks() > 0) {
            hold = loop.hold();
        }
        init.run(loop);
        arm();
    }

    private void uncaught(Throwable cause) {
        if (cause instanceof Endpoint.Planned planned) {
            planned.arrived();
        } else if (cause instanceof Task task) {
            thrown.add(task.index);
        } else {
            failure = cause;
        }
    }

    private void arm() {
        long began;
        do {
            timers.forEach(Timer::cancel);
            timers.clear();
            began = System.nanoTime();
            for (int i = 0; i < chores.timers().size(); i++) {
                int index = i;
                Alarm alarm = chores.timers().get(i);
                timers.add(loop.timer(Duration.ofMillis(alarm.millis()), timer -> {
                    fired.add(index);
                    timers.get(alarm.cancels()).cancel();
                }));
            }
        } while (System.nanoTime() - began > ARMED_NANOS);
    }

    void stop() {
        stopped = true;
        loop.stop();
    }

    /** Whether it has to run again, since it was only stopped. */
    boolean again() {
        boolean again = stopped;
        stopped = false;
        return again;
    }

    // ---- on any thread ----

    void execute(Runnable task) {
        loop.execute(task);
    }

    void failed(Throwable cause) {
        failure = cause;
    }

    void submitTasks() {
        for (int i = 0; i < chores.tasks(); i++) {
            int index = i;
            execute(() -> {
                done.add(index);
                if (index == chores.tasks() - 1) {
                    hold.release();
                }
                if (Chores.throwsIn(index)) {
                    throw new Task(index);
                }
            });
        }
    }

    /** What it has done, and what it should not have. */
    String trace(String stuck) {
        return Chores.trace(fired, done, thrown) + stuck + (failure == null ? "" : " FAILED " + failure);
    }

    String describe() {
        return loop.describe();
    }
}
