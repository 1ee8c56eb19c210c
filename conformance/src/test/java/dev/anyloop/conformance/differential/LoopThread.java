package dev.anyloop.conformance.differential;

import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.LoopCallback;
import dev.anyloop.Timer;
import dev.anyloop.conformance.differential.Chores.Alarm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A loop on a thread of its own, which runs again whenever the scenario stops it. */
final class LoopThread {

    /** Timers made within this time come due in the order of their delays, which are further apart. */
    private static final long ARMED_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Engine engine;
    private final Chores chores;
    private @Nullable Thread thread;
    private final CompletableFuture<EventLoop> running = new CompletableFuture<>();

    private volatile @Nullable EventLoop loop;
    private volatile boolean abandoned;
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

    LoopThread(Engine engine, Chores chores) {
        this.engine = engine;
        this.chores = chores;
    }

    /** Starts, and waits until the loop has run what comes first. */
    void start(LoopCallback init) {
        thread = new Thread(() -> run(init), "differential-" + engine.name());
        thread.setDaemon(true);
        thread.start();
        running.join();
    }

    private void run(LoopCallback init) {
        try (EventLoop opened = engine.open()) {
            loop = opened;
            opened.onUncaught((same, cause) -> uncaught(cause));
            opened.run(same -> {
                if (chores.tasks() > 0) {
                    hold = same.hold();
                }
                init.run(same);
                arm();
                running.complete(same);
            });
            while (stopped && !abandoned) {
                stopped = false;
                opened.run();
            }
        } catch (Throwable cause) {
            failure = cause;
            running.completeExceptionally(cause);
        }
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

    // ---- on the loop thread ----

    void stop() {
        stopped = true;
        loop.stop();
    }

    // ---- on any thread ----

    void execute(Runnable task) {
        loop.execute(task);
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

    /** Waits for the loop to end by itself: what it left, or why it did not. */
    String end(long limitMillis) throws InterruptedException {
        thread.join(limitMillis);
        String stuck = "";
        if (thread.isAlive()) {
            stuck = " STUCK " + running.join().describe();
            abandoned = true;
            running.join().stop();
            thread.join(limitMillis);
        }
        return Chores.trace(fired, done, thrown) + stuck + (failure == null ? "" : " FAILED " + failure);
    }
}
