package dev.anyloop.core.turn;

import dev.anyloop.LoopStats;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** The figures of a loop: written by the loop thread, read by any. */
public final class LoopCounters {

    // what keeps run() from returning
    public final Gauge handlesAlive = new Gauge();
    public final Gauge timersAlive = new Gauge();
    public final Gauge signalsAlive = new Gauge();
    public final AtomicInteger holds = new AtomicInteger(); // released by any thread

    // what there is
    public final Gauge connectingSockets = new Gauge();
    public final Gauge openSockets = new Gauge();
    public final Gauge closingSockets = new Gauge();
    public final Gauge servers = new Gauge();
    public final Gauge datagramSockets = new Gauge();
    public final Gauge timers = new Gauge();
    public final Gauge signals = new Gauge();

    // what there was
    public final Gauge turns = new Gauge();
    public final Gauge longestTurnNanos = new Gauge();
    final BusyCounts busy = new BusyCounts();
    public final Gauge bytesIn = new Gauge();
    public final Gauge bytesOut = new Gauge();

    LoopStats snapshot(int queuedTasks) {
        return new LoopStats(
                connectingSockets.count(),
                openSockets.count(),
                closingSockets.count(),
                servers.count(),
                datagramSockets.count(),
                timers.count(),
                signals.count(),
                queuedTasks,
                holds.get(),
                turns.get(),
                Duration.ofNanos(longestTurnNanos.get()),
                busy.snapshot(),
                bytesIn.get(),
                bytesOut.get());
    }
}
