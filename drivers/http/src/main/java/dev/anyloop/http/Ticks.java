package dev.anyloop.http;

import dev.anyloop.EventLoop;
import dev.anyloop.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Deadlines that come and go with each message are numbers of ticks, and one interval looks at all of them: a timer for each would be
 * made and cancelled with each message. They come a little late, never early.
 */
final class Ticks {

    static final long NEVER = Long.MAX_VALUE;
    private static final long MOST_MILLIS = 500;
    private static final int PARTS = 8; // at least, of the shortest deadline

    // set once
    private final EventLoop loop;
    private final HttpCallback onTick;
    private final Duration tick;
    // loop thread
    private @Nullable Timer ticking;
    private long now;

    /**
     * Does not tick yet.
     *
     * @param timeouts all that will be asked for
     */
    Ticks(EventLoop loop, HttpCallback onTick, Duration... timeouts) {
        this.loop = loop;
        this.onTick = onTick;
        long millis = MOST_MILLIS;
        for (Duration timeout : timeouts) {
            millis = Math.min(millis, Math.max(1, timeout.toMillis() / PARTS));
        }
        tick = Duration.ofMillis(millis);
    }

    /** Two more, since the one in progress counts for little, and so does the next if that one is late (TIMER-010). */
    long of(Duration timeout) {
        return (timeout.toNanos() + tick.toNanos() - 1) / tick.toNanos() + 2;
    }

    /** Does not keep the loop alive: sockets do, deadlines do not. */
    void start() {
        if (ticking == null) {
            ticking = loop.interval(tick, timer -> {
                now++;
                onTick.run();
            }).unref();
        }
    }

    void stop() {
        if (ticking != null) {
            ticking.cancel();
            ticking = null;
        }
    }

    long now() {
        return now;
    }
}
