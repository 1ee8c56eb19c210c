package dev.anyloop.examples;

import dev.anyloop.EventLoop;
import dev.anyloop.adapters.LoopScheduler;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A loop as a scheduler, for a library that wants one: what it schedules needs no locks against the loop's callbacks. */
public final class Scheduled {

    private Scheduled() {}

    /**
     * Runs until the scheduler has nothing left to do.
     *
     * @param args none
     */
    public static void main(String[] args) {
        EventLoop.start(loop -> {
            ScheduledExecutorService scheduler = new LoopScheduler(loop);
            int[] beats = {0};
            ScheduledFuture<?> heart = scheduler.scheduleAtFixedRate(
                    () -> System.out.println("beat " + ++beats[0] + ", on the loop: " + loop.inLoop()), 0, 20, TimeUnit.MILLISECONDS);
            scheduler.schedule(() -> {
                heart.cancel(false);
                System.out.println("cancelled: " + heart.isCancelled());
            }, 50, TimeUnit.MILLISECONDS);
        });
        System.out.println("Nothing is left to do.");
    }
}
