package dev.anyloop.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.sim.Link;
import dev.anyloop.sim.Rule;
import dev.anyloop.sim.Simulation;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hours of a busy server, in virtual time: requests cut anywhere, delays, resets, partitions, slow readers, clients that crash. What each
 * client gets is checked byte by byte, and afterwards nothing is left.
 */
class SoakTest {

    private static final int RUNS = Integer.getInteger("soak.runs", 3);
    private static final int MINUTES = Integer.getInteger("soak.minutes", 10);
    private static final int HOSTS = 6;
    private static final int CONVERSATIONS = 3; // at once, of each
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final long LEAK = 3 << 20; // the simulation itself keeps a little of what has happened

    private static final Conversation.Totals TOTALS = new Conversation.Totals();
    private static int faults;
    private static double seconds; // of the processor

    static LongStream seeds() {
        return LongStream.range(0, RUNS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noAnswerIsLostDoubledOrOutOfOrderAndNothingIsLeft(long seed) {
        long began = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        try (Simulation sim = Simulation.withSeed(seed)) {
            Run run = new Run(sim, TOTALS);
            run.live();
            run.end();
            faults += run.faults;
        }
        seconds += (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - began) / 1e9;
    }

    @AfterAll
    static void itWasNotTooQuietToProveAnything() {
        System.out.printf(Locale.ROOT, "%.1f hours in %.1f s of the processor: %d requests on %d connections, %d MB of answers, %d refused,"
                + " %d cut off by %d faults%n", RUNS * MINUTES / 60.0, seconds, TOTALS.asked, TOTALS.conversations, TOTALS.bytes >> 20,
                TOTALS.refused, TOTALS.cutOff, faults);
        assertTrue(TOTALS.answered > TOTALS.asked * 8 / 10, TOTALS.answered + " of " + TOTALS.asked + " were answered");
        assertTrue(faults > 0 && TOTALS.cutOff > 0 && TOTALS.refused > 0, "it was too quiet");
    }

    /** A rule that holds for a host. Some only make everything slow, others cost it what is under way. */
    private record Weather(int host, Rule rule, boolean costs) {}

    private static final class Run {

        private final Simulation sim;
        private final Conversation.Totals totals;
        private final Random random;
        private final List<List<Conversation>> conversations = new ArrayList<>();
        private final List<Weather> weathers = new ArrayList<>();
        private EventLoop loop;
        private HttpServer server;
        private int faults;
        private boolean ending;

        Run(Simulation sim, Conversation.Totals totals) {
            this.sim = sim;
            this.totals = totals;
            random = new Random(sim.seed());
            sim.host("server").start(it -> {
                loop = it;
                server = HttpServer.listen(it, null, 80, SimulatedServer.OPTIONS, this::handle);
            });
            sim.runUntil(() -> server != null);
            for (int i = 0; i < HOSTS; i++) {
                conversations.add(new ArrayList<>());
                int host = i;
                sim.host("client-" + i).start(it -> client(it, host));
            }
        }

        // ---- the clients ----

        private void client(EventLoop client, int host) {
            List<Conversation> own = conversations.get(host);
            own.clear(); // if it has crashed
            client.interval(SECOND, timer -> {
                own.removeIf(Conversation::isClosed);
                while (!ending && own.size() < CONVERSATIONS) {
                    Conversation begun = new Conversation(client, random, totals);
                    own.add(begun);
                    if (weathers.stream().anyMatch(weather -> weather.host() == host && weather.costs())) {
                        begun.harmed();
                    }
                }
                own.forEach(ending ? Conversation::finish : Conversation::act);
                if (ending && own.isEmpty()) {
                    timer.cancel();
                }
            });
        }

        // ---- the server ----

        private void handle(Request request, Response response) {
            String[] parts = request.path().split("/");
            int number = Integer.parseInt(parts[1]);
            int length = Integer.parseInt(parts[3]);
            switch (parts[2]) {
                case "a" -> response.send(Conversation.bytes(number, 0, length));
                case "b" -> request.body(1 << 20, response::send);
                case "c" -> write(response, number, length, 0);
                case "d" -> loop.timer(Duration.ofMillis(number & 255), timer -> response.send(Conversation.bytes(number, 0, length)));
                case "e" -> echo(request, response);
                case "n" -> response.send(Conversation.bytes(number, 0, length)); // and the body is read away
                default -> write(response.length(length), number, length, 0);
            }
        }

        private static void echo(Request request, Response response) {
            request.onBody(data -> {
                if (!response.write(data)) {
                    request.pause();
                }
            }).onEnd(response::end);
            response.onDrain(request::resume);
        }

        private void write(Response response, int number, int length, int from) {
            int count = Math.min(length - from, 1 + number % 5000);
            response.write(ByteBuffer.wrap(Conversation.bytes(number, from, count)));
            if (from + count == length) {
                response.end();
            } else {
                loop.timer(Duration.ofMillis(number & 15), timer -> write(response, number, length, from + count));
            }
        }

        // ---- the network ----

        void live() {
            long before = 0;
            for (int second = 0; second < MINUTES * 60; second++) {
                endSome();
                if (random.nextInt(20) == 0) {
                    harm(random.nextInt(HOSTS));
                }
                sim.advance(SECOND);
                assertEquals("", totals.wrong);
                if (second == 5 * 60) {
                    before = heap();
                }
            }
            long grown = heap() - before;
            assertTrue(MINUTES <= 5 || grown < LEAK, () -> "the heap has grown by " + grown + " bytes");
        }

        private static long heap() {
            System.gc();
            return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        }

        private void harm(int host) {
            faults++;
            Link link = sim.link("client-" + host, "server");
            int what = random.nextInt(8);
            if (what >= 3) {
                conversations.get(host).forEach(Conversation::harmed);
            }
            switch (what) {
                case 0 -> weathers.add(new Weather(host, link.latency(Duration.ofMillis(1), Duration.ofMillis(800)), false));
                case 1 -> weathers.add(new Weather(host, link.chunks(1 + random.nextInt(100)), false));
                case 2 -> weathers.add(new Weather(host, link.window(1000 + random.nextInt(10_000)), false));
                case 3 -> link.reset();
                case 4 -> weathers.add(new Weather(host, link.partition(), true));
                case 5 -> weathers.add(new Weather(host, link.oneWay().hold(), true));
                case 6 -> weathers.add(new Weather(host, sim.link("server", "client-" + host).oneWay().partition(), true));
                default -> sim.host("client-" + host).bounce();
            }
        }

        /** Each second some of what goes on comes to its end. */
        private void endSome() {
            weathers.removeIf(weather -> {
                boolean isOver = random.nextInt(4) == 0;
                if (isOver) {
                    weather.rule().close();
                }
                return isOver;
            });
        }

        // ---- the end ----

        /** Whoever was partitioned is given up by the server at last, and its connection with it. */
        void end() {
            weathers.forEach(weather -> weather.rule().close());
            ending = true;
            sim.runUntil(() -> conversations.stream().allMatch(List::isEmpty));
            sim.advance(Duration.ofMinutes(5));
            assertEquals("", totals.wrong);
            assertEquals(0, server.connections());
            assertEquals(0, loop.stats().openSockets() + loop.stats().closingSockets());
            assertEquals(0, loop.stats().timers());
            server.close();
            sim.advance(SECOND);
            assertEquals(0, loop.stats().servers());
        }
    }
}
