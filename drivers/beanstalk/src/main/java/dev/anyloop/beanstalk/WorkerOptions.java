package dev.anyloop.beanstalk;

import dev.anyloop.beanstalk.protocol.Checks;
import java.time.Duration;

/**
 * How a worker works. Immutable; start from {@link #defaults()}.
 *
 * @param jobs how many it works on at a time, each on a connection of its own; default 1
 * @param attempts how often a job is handled, by all workers together, until it is buried instead of released; default 5
 * @param retryDelay how long a job that has failed is kept back, in whole seconds; default 10 s
 * @param keep how long a job is held at the most by touching it before its time to run is over; default 1 hour, zero means never to
 *     touch
 */
public record WorkerOptions(int jobs, int attempts, Duration retryDelay, Duration keep) {

    private static final WorkerOptions DEFAULTS = new WorkerOptions(1, 5, Duration.ofSeconds(10), Duration.ofHours(1));

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if one makes no sense; the message names the value
     */
    public WorkerOptions {
        if (jobs < 1) {
            throw new IllegalArgumentException("jobs < 1: " + jobs + " (use 1 to work on one job at a time)");
        }
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts < 1: " + attempts + " (use 1 to bury a job that has failed once)");
        }
        Checks.delay("retryDelay", retryDelay);
        if (keep.isNegative()) {
            throw new IllegalArgumentException("keep < 0: " + keep + " (use Duration.ZERO to touch no job)");
        }
    }

    /**
     * A job at a time, 5 attempts 10 s apart, and an hour to work on it.
     *
     * @return the default options
     */
    public static WorkerOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets how many jobs are worked on at a time.
     *
     * @param number at least 1
     * @return the changed options
     */
    public WorkerOptions withJobs(int number) {
        return new WorkerOptions(number, attempts, retryDelay, keep);
    }

    /**
     * Sets when a job is given up.
     *
     * @param number at least 1
     * @return the changed options
     */
    public WorkerOptions withAttempts(int number) {
        return new WorkerOptions(jobs, number, retryDelay, keep);
    }

    /**
     * Sets how long a job that has failed is kept back.
     *
     * @param delay whole seconds
     * @return the changed options
     */
    public WorkerOptions withRetryDelay(Duration delay) {
        return new WorkerOptions(jobs, attempts, delay, keep);
    }

    /**
     * Sets how long a job is held by touching it.
     *
     * @param time zero to touch no job
     * @return the changed options
     */
    public WorkerOptions withKeep(Duration time) {
        return new WorkerOptions(jobs, attempts, retryDelay, time);
    }
}
