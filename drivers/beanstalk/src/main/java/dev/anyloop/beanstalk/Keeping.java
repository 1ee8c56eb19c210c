package dev.anyloop.beanstalk;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Touches a job while it is worked on, twice in each time to run. How long that is only the server knows; it is not asked about jobs
 * that are done soon.
 */
final class Keeping {

    private static final Duration SOON = Duration.ofMillis(300); // the shortest time to run is a second

    private final Endpoint endpoint;
    private final ReservedJob job;
    private final Wait end;
    private @Nullable Wait next;
    private boolean over;

    Keeping(Endpoint endpoint, ReservedJob job, Duration atMost) {
        this.endpoint = endpoint;
        this.job = job;
        this.end = endpoint.after(atMost, timer -> stop());
        if (!atMost.isZero()) {
            next = endpoint.after(SOON, timer -> begin());
        }
    }

    private void begin() {
        job.stats((stats, error) -> {
            if (stats != null) {
                touchEach(Duration.ofSeconds(stats.number("ttr")).dividedBy(2));
            }
        });
        touch();
    }

    private void touchEach(Duration period) {
        if (!over && job.isHeld()) {
            next = endpoint.after(period, timer -> {
                touch();
                touchEach(period);
            });
        }
    }

    private void touch() {
        job.touch(error -> { }); // if it is lost, its end will tell
    }

    void stop() {
        over = true;
        end.cancel();
        if (next != null) {
            next.cancel();
        }
    }
}
