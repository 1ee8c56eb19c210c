package dev.anyloop.micrometer;

import dev.anyloop.BusyTimes;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a loop ({@link EventLoop#stats()}) as meters of Micrometer:
 *
 * <pre>{@code
 * new LoopMetrics(loop, "web").bindTo(registry);
 * }</pre>
 *
 * <p>The meters are read when the registry wants them, on whatever thread; the loop does nothing for it, also while it is stuck. They
 * do not keep the loop in memory, and are removed from the registry when it is closed. May be bound to several registries.
 */
public final class LoopMetrics implements MeterBinder {

    private static final String PREFIX = "anyloop.";

    // set once
    private final WeakReference<EventLoop> loop;
    private final Tags tags;

    /**
     * For one loop.
     *
     * @param loop whose figures are wanted
     * @param name the value of the tag {@code loop}, which tells it from others: of two that are open at once and have the same name and
     *     tags a registry shows the first one's figures only, and removes them with it
     * @param tags further ones
     */
    public LoopMetrics(EventLoop loop, String name, Tag... tags) {
        this.loop = new WeakReference<>(Objects.requireNonNull(loop, "loop"));
        this.tags = Tags.of(tags).and("loop", name, "backend", loop.backend());
    }

    /**
     * Registers the meters, until the loop is closed.
     *
     * @param registry where
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        EventLoop bound = loop.get();
        if (bound == null) {
            return;
        }
        List<Meter> meters = new Binding(registry, bound, tags).bind();
        bound.closed().thenRun(() -> meters.forEach(registry::remove));
    }

    /** Registers the meters of one loop with one registry, one after the other. */
    private static final class Binding {

        private final MeterRegistry registry;
        private final EventLoop loop; // the meters have it weakly
        private final Tags tags;
        private final Set<Meter> before; // an equal one is another loop's of this name, which goes with that
        private final List<Meter> meters = new ArrayList<>();

        Binding(MeterRegistry registry, EventLoop loop, Tags tags) {
            this.registry = registry;
            this.loop = loop;
            this.tags = tags;
            before = Set.copyOf(registry.getMeters());
        }

        /** Those that were not there. */
        List<Meter> bind() {
            sockets("connecting", LoopStats::connectingSockets);
            sockets("open", LoopStats::openSockets);
            sockets("closing", LoopStats::closingSockets);
            gauge("servers", "Listening servers", LoopStats::servers);
            gauge("datagram.sockets", "Datagram sockets", LoopStats::datagramSockets);
            gauge("timers", "Timers that have not fired yet, intervals included", LoopStats::timers);
            gauge("signals", "Signals listened to", LoopStats::signals);
            gauge("holds", "Holds that were not released yet", LoopStats::holds);
            gauge("tasks.queued", "Tasks that wait for their turn", LoopStats::queuedTasks);
            counter("turns", "Turns of the loop", null, tags, LoopStats::turns);
            counter("bytes", "Bytes received and sent", BaseUnits.BYTES, tags.and("direction", "in"), LoopStats::bytesIn);
            counter("bytes", "Bytes received and sent", BaseUnits.BYTES, tags.and("direction", "out"), LoopStats::bytesOut);
            busy();
            meters.removeAll(before);
            return meters;
        }

        private void sockets(String state, ToDoubleFunction<LoopStats> figure) {
            gauge("sockets", "Sockets by their state", tags.and("state", state), figure);
        }

        private void gauge(String name, String description, ToDoubleFunction<LoopStats> figure) {
            gauge(name, description, tags, figure);
        }

        private void gauge(String name, String description, Tags tags, ToDoubleFunction<LoopStats> figure) {
            meters.add(Gauge.builder(PREFIX + name, loop, of(figure)).description(description).tags(tags).register(registry));
        }

        private void counter(String name, String description, @Nullable String unit, Tags tags, ToDoubleFunction<LoopStats> figure) {
            meters.add(FunctionCounter.builder(PREFIX + name, loop, of(figure)).description(description).baseUnit(unit).tags(tags)
                    .register(registry));
        }

        /** As a histogram of Prometheus is: how many turns were within each limit, those within the one before it included. */
        private void busy() {
            List<Duration> limits = BusyTimes.limits();
            for (int i = 0; i <= limits.size(); i++) {
                int last = i;
                String limit = i < limits.size() ? String.valueOf(limits.get(i).toNanos() / 1e9) : "+Inf";
                counter("turns.busy", "Turns by how long they kept the loop busy, in seconds", null, tags.and("le", limit), stats ->
                        stats.busy().counts().subList(0, last + 1).stream().mapToLong(Long::longValue).sum());
            }
            longest("max", LoopStats::longestTurn);
            longest("0.99", stats -> stats.busyAtMost(0.99));
            longest("0.5", stats -> stats.busyAtMost(0.5));
        }

        private void longest(String share, Function<LoopStats, Duration> figure) {
            meters.add(TimeGauge.builder(PREFIX + "turn.busy", loop, TimeUnit.NANOSECONDS, of(stats -> figure.apply(stats).toNanos()))
                    .description("How long so large a share of the turns so far kept the loop busy at most")
                    .tags(tags.and("share", share)).register(registry));
        }

        private static ToDoubleFunction<EventLoop> of(ToDoubleFunction<LoopStats> figure) {
            return loop -> figure.applyAsDouble(loop.stats());
        }
    }
}
