package dev.anyloop.beanstalk;

import dev.anyloop.beanstalk.protocol.Checks;
import java.time.Duration;

/**
 * How a job is put. Immutable; start from {@link #defaults()}.
 *
 * @param priority 0, the most urgent, to 4,294,967,295; default 1024, below which the server counts jobs as urgent
 * @param delay how long it is kept back, in whole seconds; default none
 * @param timeToRun how long a worker may hold it without a touch before somebody else gets it, at least 1 s, in whole seconds; default
 *     60 s
 */
public record PutOptions(long priority, Duration delay, Duration timeToRun) {

    private static final PutOptions DEFAULTS = new PutOptions(1024, Duration.ZERO, Duration.ofSeconds(60));

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if the server would refuse one, or read something else; the message names the value
     */
    public PutOptions {
        Checks.priority(priority);
        Checks.delay("delay", delay);
        Checks.timeToRun(timeToRun);
    }

    /**
     * Priority 1024, no delay, 60 s to run.
     *
     * @return the default options
     */
    public static PutOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets the priority.
     *
     * @param priority 0, the most urgent, to 4,294,967,295
     * @return the changed options
     */
    public PutOptions withPriority(long priority) {
        return new PutOptions(priority, delay, timeToRun);
    }

    /**
     * Sets the delay.
     *
     * @param delay whole seconds
     * @return the changed options
     */
    public PutOptions withDelay(Duration delay) {
        return new PutOptions(priority, delay, timeToRun);
    }

    /**
     * Sets the time to run.
     *
     * @param time whole seconds, at least one
     * @return the changed options
     */
    public PutOptions withTimeToRun(Duration time) {
        return new PutOptions(priority, delay, time);
    }
}
