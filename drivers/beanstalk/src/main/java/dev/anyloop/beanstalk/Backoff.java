package dev.anyloop.beanstalk;

import java.time.Duration;

/** When to try again: twice as late each time, and never all at once. */
final class Backoff {

    private final BeanstalkOptions options;
    private Duration next;

    Backoff(BeanstalkOptions options) {
        this.options = options;
        this.next = options.firstRetry();
    }

    /** From half of it to half as long again. */
    Duration next() {
        Duration base = next;
        next = base.compareTo(options.lastRetry().dividedBy(2)) > 0 ? options.lastRetry() : base.multipliedBy(2);
        return Duration.ofNanos((long) (base.toNanos() * (0.5 + options.random().nextDouble())));
    }

    void reset() {
        next = options.firstRetry();
    }
}
