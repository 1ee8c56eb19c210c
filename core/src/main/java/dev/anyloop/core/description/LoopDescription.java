package dev.anyloop.core.description;

import dev.anyloop.LoopStats;
import java.time.Duration;
import java.util.List;

/**
 * A loop, as it was at some moment, about: each figure was right at one, and not all at the same (THREAD-001).
 *
 * @param handles some of them, if they are many
 * @param others how many handles are left out
 */
public record LoopDescription(String name, String backend, String thread, Activity activity, KeptAlive keptAlive, LoopStats stats,
        List<HandleDescription> handles, int others) {

    /** What keeps {@code run()} from returning, holds and tasks apart. */
    public record KeptAlive(long handles, long timers, long signals) {}

    /** For people: three lines, more if it is stuck, and one for each handle. */
    public String text() {
        StringBuilder text = new StringBuilder("loop \"" + name + "\" on " + backend + ", thread " + thread + ": "
                + activity.text(stats.turns())
                + "\nkept alive by: " + keptAlive.handles + " sockets and servers, " + keptAlive.timers + " timers, "
                + keptAlive.signals + " signals, " + stats.holds() + " holds, " + stats.queuedTasks() + " tasks"
                + "\nin all: " + stats.connectingSockets() + " connecting, " + stats.openSockets() + " open, "
                + stats.closingSockets() + " closing, " + stats.servers() + " servers, "
                + stats.datagramSockets() + " datagram sockets, " + stats.timers() + " timers, " + stats.signals() + " signals");
        handles.forEach(handle -> text.append("\n  ").append(handle.line()));
        return others == 0 ? text.toString() : text.append("\n  … and others").toString();
    }

    /** For programs: docs/watching.md tells the keys, which others rely on. */
    public String json() {
        Json json = new Json().put("name", name).put("backend", backend).put("thread", thread);
        activity.json(json);
        return json.put("keptAliveBy", new Json().put("handles", keptAlive.handles).put("timers", keptAlive.timers)
                        .put("signals", keptAlive.signals).put("holds", stats.holds()).put("tasks", stats.queuedTasks()))
                .put("counts", new Json().put("connecting", stats.connectingSockets()).put("open", stats.openSockets())
                        .put("closing", stats.closingSockets()).put("servers", stats.servers())
                        .put("datagramSockets", stats.datagramSockets()).put("timers", stats.timers()).put("signals", stats.signals()))
                .put("turns", new Json().put("count", stats.turns()).put("longestSeconds", seconds(stats.longestTurn()))
                        .put("p50Seconds", seconds(stats.busyAtMost(0.5))).put("p99Seconds", seconds(stats.busyAtMost(0.99))))
                .put("bytes", new Json().put("in", stats.bytesIn()).put("out", stats.bytesOut()))
                .putObjects("handles", handles.stream().map(HandleDescription::json).toList())
                .put("handlesLeftOut", others)
                .toString();
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
