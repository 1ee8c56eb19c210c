package dev.anyloop.examples;

import dev.anyloop.EventLoop;
import dev.anyloop.Timer;
import java.time.Duration;

/** Timers that fire once, again and again, never, and without keeping the loop alive. */
public final class Timers {

    private final EventLoop loop;
    private int ticks;

    private Timers(EventLoop loop) {
        this.loop = loop;
    }

    /**
     * Runs the timers until none is left.
     *
     * @param args none
     */
    public static void main(String[] args) {
        EventLoop.start(loop -> new Timers(loop).start());
        System.out.println("Nothing is left to wait for: run() has returned.");
    }

    private void start() {
        System.out.println("Event loop started.");

        Timer never = loop.timer(Duration.ofMillis(10), timer -> System.out.println("This is never printed."));
        System.out.println("Cancelled in time: " + never.cancel());

        // Fires as long as the loop runs for other reasons, but is no reason itself.
        loop.interval(Duration.ofDays(1), timer -> System.out.println("Another day.")).unref();

        loop.interval(Duration.ofMillis(50), this::tick);
    }

    /** The callback is given its timer, so that an interval can end itself. */
    private void tick(Timer interval) {
        ticks++;
        System.out.println("Tick " + ticks);
        if (ticks == 3) {
            interval.cancel();
            loop.timer(Duration.ofMillis(320), timer -> System.out.println("I ran! (0.32 seconds later)"));
        }
    }
}
