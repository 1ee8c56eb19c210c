package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.sim.Link;
import dev.anyloop.sim.Rule;
import dev.anyloop.sim.Simulation;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Clients and a server on a network that cuts, delays and resets, with a server that ends kept connections soon, and what they were told. */
class ClientFleetTest {

    private static final int RUNS = Integer.getInteger("fleet.runs", 60);
    private static final int REQUESTS = 60;
    private static final List<String> CLIENTS = List.of("c1", "c2");

    /** A request, and what was told of it. */
    private static final class Asked {
        private final String id;
        private final boolean repeatable;
        private int ends;
        private int failures;
        private boolean mayBeDone = true;
        private boolean cancelled;

        Asked(String id, boolean repeatable) {
            this.id = id;
            this.repeatable = repeatable;
        }
    }

    /** What all in a run were told. */
    private static final class History {
        private final List<Asked> asked = new ArrayList<>();
        private final Map<String, Integer> done = new HashMap<>();
        private final Map<HttpFailure, Integer> failures = new HashMap<>();
        private final List<HttpClient> clients = new ArrayList<>();
        private HttpServer server;
        private int twice;
        private int answered;
        private int cancelled;

        private boolean isOver() {
            return asked.size() == REQUESTS * CLIENTS.size() && asked.stream().allMatch(it -> it.ends + it.failures > 0 || it.cancelled);
        }
    }

    @Test
    void eachRequestEndsOnceAndNothingIsDoneTwiceThatMayNotBe() {
        History all = new History();
        for (long seed = 0; seed < RUNS; seed++) {
            try (Simulation sim = Simulation.withSeed(seed)) {
                try {
                    History history = run(sim, seed);
                    history.failures.forEach((kind, count) -> all.failures.merge(kind, count, Integer::sum));
                    all.twice += history.twice;
                    all.answered += history.answered;
                    all.cancelled += history.cancelled;
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("seed " + seed + " of " + RUNS + ": " + e.getMessage() + "\n" + sim.describe(), e);
                }
            }
        }
        String totals = "answered " + all.answered + ", cancelled " + all.cancelled + ", done twice " + all.twice + ", failed " + all.failures;
        assertTrue(all.answered > 0 && all.cancelled > 0 && all.twice > 0 && all.failures.keySet().containsAll(List.of(
                HttpFailure.NO_CONNECTION, HttpFailure.LOST, HttpFailure.INCOMPLETE, HttpFailure.TIMEOUT)),
                () -> "it was too quiet to prove anything: " + totals);
    }

    /** Or a failure could not be looked at again. */
    @Test
    void aSeedRepeatsItsRun() {
        assertEquals(fingerprint(1), fingerprint(1));
    }

    private static long fingerprint(long seed) {
        try (Simulation sim = Simulation.withSeed(seed)) {
            run(sim, seed);
            return sim.fingerprint();
        }
    }

    private static History run(Simulation sim, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        History history = new History();
        SplittableRandom ofServer = random.split();
        sim.host("server").start(loop -> serve(loop, ofServer, history));
        sim.runUntil(() -> history.server != null);
        for (String name : CLIENTS) {
            SplittableRandom own = random.split();
            sim.host(name).start(loop -> ask(loop, name, own, history));
            sim.link(name, "server").chunks(1 + random.nextInt(400));
        }
        for (int i = 0; i < 8; i++) {
            trouble(sim, random);
        }
        sim.runUntil(history::isOver);
        sim.advance(Duration.ofMinutes(5)); // what is kept, and what is told too late
        history.asked.forEach(it -> check(it, history));
        history.clients.forEach(client -> assertEquals(0, client.connections(), "connections are kept for ever"));
        return history;
    }

    private static void check(Asked it, History history) {
        int done = history.done.getOrDefault(it.id, 0);
        assertTrue(it.ends + it.failures == (it.cancelled ? 0 : 1), () -> it.id + " ended " + it.ends + " times and failed " + it.failures);
        assertTrue(done <= (it.repeatable ? 2 : 1), () -> it.id + " was done " + done + " times");
        assertTrue(it.ends == 0 || done > 0, () -> it.id + " was answered and not done");
        assertTrue(it.mayBeDone || done == 0, () -> it.id + " was done although nothing was sent");
        history.twice += done > 1 ? 1 : 0;
        history.answered += it.ends;
        history.cancelled += it.cancelled ? 1 : 0;
    }

    // ---- the server ----

    private static void serve(EventLoop loop, SplittableRandom random, History history) {
        HttpOptions options = HttpOptions.defaults().withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(400), Duration.ofSeconds(5));
        loop.onUncaught((l, thrown) -> { }); // as it answers 500, or cuts its answer
        history.server = HttpServer.listen(loop, null, 80, options, (request, response) -> {
            String id = request.target().substring(1);
            request.body(1 << 20, body -> {
                history.done.merge(id, 1, Integer::sum);
                byte[] answer = (id + ":" + new String(body, ISO_8859_1)).getBytes(ISO_8859_1);
                Duration delay = Duration.ofMillis(random.nextInt(3) == 0 ? random.nextInt(600) : 0);
                int way = random.nextInt(10);
                loop.timer(delay, timer -> answer(loop, response, answer, way));
            });
        });
    }

    private static void answer(EventLoop loop, Response response, byte[] answer, int way) {
        switch (way) {
            case 0 -> response.closeAfter().send(answer);
            case 1, 2, 3 -> {
                response.interim(103, "Link", "</a>").write(ByteBuffer.wrap(answer, 0, 3));
                loop.timer(Duration.ofMillis(30), timer -> {
                    response.write(ByteBuffer.wrap(answer, 3, answer.length - 3));
                    response.end();
                });
            }
            case 4 -> loop.timer(Duration.ofSeconds(30), timer -> response.send(answer)); // too late
            default -> response.send(answer);
        }
    }

    // ---- the clients ----

    private static void ask(EventLoop loop, String name, SplittableRandom random, History history) {
        ClientOptions options = ClientOptions.defaults().withPool(1 + random.nextInt(3), 1000, Duration.ofSeconds(10))
                .withConnect(ConnectOptions.defaults().withConnectTimeout(Duration.ofSeconds(3)))
                .withTimeouts(Duration.ofMillis(200), Duration.ofSeconds(4), Duration.ofSeconds(4), Duration.ofSeconds(4));
        HttpClient client = HttpClient.open(loop, options);
        history.clients.add(client);
        loop.hold();
        int[] asked = new int[1];
        Runnable next = () -> ask(loop, client, name + "-" + asked[0]++, random, history);
        loop.interval(Duration.ofMillis(200), timer -> {
            for (int burst = random.nextInt(4); burst >= 0 && asked[0] < REQUESTS; burst--) {
                next.run();
            }
            if (asked[0] == REQUESTS) {
                timer.cancel();
            }
        });
    }

    private static void ask(EventLoop loop, HttpClient client, String id, SplittableRandom random, History history) {
        String method = List.of("GET", "PUT", "POST").get(random.nextInt(3));
        ClientRequest request = client.request(method, URI.create("http://server/" + id));
        byte[] body = method.equals("GET") ? new byte[0] : "b".repeat(random.nextInt(3000)).getBytes(ISO_8859_1);
        boolean once = body.length > 0 && random.nextInt(3) == 0;
        if (once) {
            request.body(sink -> loop.timer(Duration.ofMillis(random.nextInt(50)), timer -> {
                sink.write(ByteBuffer.wrap(body));
                sink.end();
            }));
        } else if (body.length > 0) {
            request.body(body);
        }
        if (body.length > 0 && random.nextInt(4) == 0) {
            request.expectContinue();
        }
        if (random.nextInt(4) == 0) {
            request.timeout(Duration.ofMillis(1 + random.nextInt(5000)));
        }
        Asked asked = new Asked(id, !method.equals("POST") && !once);
        history.asked.add(asked);
        String expected = id + ":" + new String(body, ISO_8859_1);
        StringBuilder got = new StringBuilder();
        request.send(response -> {
            boolean slow = random.nextInt(5) == 0;
            response.onBody(data -> {
                got.append(ISO_8859_1.decode(data));
                if (slow) {
                    response.pause();
                    loop.timer(Duration.ofMillis(100), timer -> {
                        if (asked.ends + asked.failures == 0 && !asked.cancelled) {
                            response.resume();
                        }
                    });
                }
            }).onEnd(() -> {
                assertEquals(expected, got.toString(), "the answer is to another request");
                asked.ends++;
            });
        }, failure -> {
            asked.failures++;
            asked.mayBeDone = failure.mayBeDone();
            history.failures.merge(failure.kind(), 1, Integer::sum);
        });
        if (random.nextInt(10) == 0) {
            loop.timer(Duration.ofNanos(random.nextInt(random.nextBoolean() ? 5_000_000 : 800_000_000)), timer -> asked.cancelled = request.cancel());
        }
    }

    // ---- the network ----

    private static void trouble(Simulation sim, SplittableRandom random) {
        String host = CLIENTS.get(random.nextInt(CLIENTS.size()));
        Link link = sim.link(host, "server");
        Duration time = Duration.ofMillis(100 + random.nextInt(6_000));
        switch (random.nextInt(5)) {
            case 0 -> during(sim, link.partition(), time);
            case 1 -> during(sim, link.oneWay().partition(), time);
            case 2 -> during(sim, sim.link("server", host).oneWay().partition(), time);
            case 3 -> during(sim, link.latency(Duration.ZERO, Duration.ofMillis(300)), time);
            default -> link.reset();
        }
        sim.advance(Duration.ofMillis(random.nextInt(1500)));
    }

    private static void during(Simulation sim, Rule rule, Duration time) {
        sim.advance(time);
        rule.close();
    }
}
