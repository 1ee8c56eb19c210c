package dev.anyloop.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.BusyTimes;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.core.tck.MeterRegistryAssert;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** On Micrometer's simple registry and on that of Prometheus, with Micrometer's own assertions. */
class LoopMetricsTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();

    private static EventLoop open() {
        return EventLoop.open(LoopOptions.defaults().withBackend("nio"));
    }

    /** One connection, both of whose ends are in the loop, and five bytes through it. */
    private static void runWithAConnection(EventLoop loop, Consumer<EventLoop> whenReceived) {
        loop.run(running -> {
            Server server = loop.listen("127.0.0.1", 0, (own, socket) -> socket.onRead((s, data) -> {
                whenReceived.accept(loop);
                loop.stop();
            }));
            loop.connect("127.0.0.1", ((InetSocketAddress) server.localAddress()).getPort()).onConnect(s -> s.write("hello"));
        });
    }

    @Test
    void theFiguresOfALoopAreMeters() {
        try (EventLoop loop = open()) {
            new LoopMetrics(loop, "web", Tag.of("region", "here")).bindTo(registry);
            runWithAConnection(loop, same -> {
                loop.timer(Duration.ofDays(1), timer -> {});
                loop.hold();
                loop.execute(() -> {});
                assertEquals(2, gauge("anyloop.sockets", "state", "open"));
                assertEquals(0, gauge("anyloop.sockets", "state", "connecting"));
                assertEquals(1, gauge("anyloop.servers"));
                assertEquals(1, gauge("anyloop.timers"));
                assertEquals(1, gauge("anyloop.holds"));
                assertEquals(1, gauge("anyloop.tasks.queued"));
                assertEquals(5, counter("anyloop.bytes", "direction", "in"));
                assertEquals(5, counter("anyloop.bytes", "direction", "out"));
            });
            assertEquals(loop.stats().turns(), counter("anyloop.turns"));
            assertEquals(loop.stats().longestTurn().toNanos(),
                    registry.get("anyloop.turn.busy").tag("share", "max").timeGauge().value(TimeUnit.NANOSECONDS));
            registry.getMeters().forEach(meter -> MeterRegistryAssert.assertThat(registry)
                    .hasMeterWithNameAndTags(meter.getId().getName(),
                            Tags.of("loop", "web", "backend", "nio", "region", "here")));
        }
    }

    private double gauge(String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }

    private double counter(String name, String... tags) {
        return registry.get(name).tags(tags).functionCounter().count();
    }

    @Test
    void turnsAreCountedByLengthAsHistogramsAre() {
        try (EventLoop loop = open()) {
            new LoopMetrics(loop, "web").bindTo(registry);
            loop.run(running -> block(Duration.ofMillis(30)));
            double before = 0;
            for (Duration limit : BusyTimes.limits()) {
                double within = counter("anyloop.turns.busy", "le", String.valueOf(limit.toNanos() / 1e9));
                assertTrue(within >= before, "cumulative");
                before = within;
            }
            assertEquals(0, counter("anyloop.turns.busy", "le", "0.02"));
            assertEquals(loop.stats().busy().turns(), counter("anyloop.turns.busy", "le", "+Inf"));
        }
    }

    private static void block(Duration time) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < time.toNanos()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void prometheusReadsThem() {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (EventLoop loop = open(); EventLoop other = open()) {
            new LoopMetrics(loop, "one").bindTo(prometheus);
            new LoopMetrics(other, "other").bindTo(prometheus);
            runWithAConnection(loop, same -> {
                List<String> scraped = prometheus.scrape().lines().toList();
                assertScraped(scraped, "anyloop_sockets{backend=\"nio\",loop=\"one\",state=\"open\"} 2.0");
                assertScraped(scraped, "anyloop_sockets{backend=\"nio\",loop=\"other\",state=\"open\"} 0.0");
                assertScraped(scraped, "anyloop_bytes_total{backend=\"nio\",direction=\"in\",loop=\"one\"} 5.0");
                assertScraped(scraped, "anyloop_turns_busy_total{backend=\"nio\",le=\"+Inf\",loop=\"other\"} 0.0");
                assertTrue(scraped.stream().anyMatch(line -> line.startsWith("anyloop_turn_busy_seconds{") && line.contains("share=\"0.99\"")),
                        scraped::toString);
            });
        }
        assertEquals("", prometheus.scrape(), "when both are closed");
    }

    private static void assertScraped(List<String> scraped, String line) {
        assertTrue(scraped.contains(line), () -> line + " is not among\n" + String.join("\n", scraped));
    }

    @Test
    void metersGoWhenTheLoopIsClosedAndOthersStay() {
        EventLoop loop = open();
        new LoopMetrics(loop, "web").bindTo(registry);
        FunctionCounter another = FunctionCounter.builder("another", this, same -> 1).register(registry);
        MeterRegistry second = new SimpleMeterRegistry();
        new LoopMetrics(loop, "web").bindTo(second);
        loop.close();
        assertEquals(List.of(another), registry.getMeters());
        MeterRegistryAssert.assertThat(second).hasNoMetrics();
        new LoopMetrics(loop, "late").bindTo(second);
        MeterRegistryAssert.assertThat(second).hasNoMetrics();
    }

    /** Whichever of them is closed. */
    @Test
    void ofTwoLoopsWithOneNameTheFirstIsShown() {
        try (EventLoop first = open()) {
            new LoopMetrics(first, "web").bindTo(registry);
            EventLoop second = open();
            new LoopMetrics(second, "web").bindTo(registry);
            second.close();
            first.hold();
            assertEquals(1, gauge("anyloop.holds"));
        }
        MeterRegistryAssert.assertThat(registry).hasNoMetrics();
    }

    /** Nobody closes the loop, which is a mistake; the registry must not make it a leak. */
    @Test
    void aLoopIsNotKeptByItsMeters() throws InterruptedException {
        WeakReference<EventLoop> loop = new WeakReference<>(open());
        new LoopMetrics(Objects.requireNonNull(loop.get()), "forgotten").bindTo(registry);
        List<Meter> meters = registry.getMeters();
        for (int tries = 0; tries < 600 && !loop.refersTo(null); tries++) {
            System.gc();
            Thread.sleep(10);
        }
        assertTrue(loop.refersTo(null), () -> "kept by one of " + meters.size() + " meters");
    }
}
