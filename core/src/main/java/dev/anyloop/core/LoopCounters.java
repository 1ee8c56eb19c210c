package dev.anyloop.core;

import dev.anyloop.LoopStats;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** The figures of a loop: written by the loop thread, read by any. */
final class LoopCounters {

    // what keeps run() from returning
    final Gauge handlesAlive = new Gauge();
    final Gauge timersAlive = new Gauge();
    final AtomicInteger holds = new AtomicInteger(); // released by any thread

    // what there is
    final Gauge connectingSockets = new Gauge();
    final Gauge openSockets = new Gauge();
    final Gauge closingSockets = new Gauge();
    final Gauge servers = new Gauge();
    final Gauge timers = new Gauge();

    // what there was
    final Gauge turns = new Gauge();
    final Gauge longestTurnNanos = new Gauge();
    final Gauge bytesIn = new Gauge();
    final Gauge bytesOut = new Gauge();

    LoopStats snapshot(int queuedTasks) {
        return new LoopStats(
                connectingSockets.count(),
                openSockets.count(),
                closingSockets.count(),
                servers.count(),
                timers.count(),
                queuedTasks,
                holds.get(),
                turns.get(),
                Duration.ofNanos(longestTurnNanos.get()),
                bytesIn.get(),
                bytesOut.get());
    }
}
