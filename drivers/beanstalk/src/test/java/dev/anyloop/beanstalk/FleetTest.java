package dev.anyloop.beanstalk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.sim.Link;
import dev.anyloop.sim.Rule;
import dev.anyloop.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A producer and three workers on a network that cuts, delays and resets, with a server that crashes, and what they were told. */
class FleetTest {

    private static final int RUNS = Integer.getInteger("fleet.runs", 100);
    private static final int JOBS = 40;
    private static final List<String> WORKERS = List.of("w1", "w2", "w3");

    /** What all in the run were told, by which it is judged. */
    private static final class History {
        private final Map<Long, String> acknowledged = new HashMap<>();
        private final Set<String> notPut = new HashSet<>();
        private final Set<String> maybePut = new HashSet<>();
        private final Map<Long, Integer> done = new HashMap<>();
        private final Map<Long, Integer> notDeleted = new HashMap<>();
        private final Map<Long, Integer> maybeDeleted = new HashMap<>();
        private int asked;
        private int failed;
        private int stopped;
    }

    @Test
    void eachJobIsDeletedOnceAndWhoeverDidItInVainIsTold() {
        Totals totals = new Totals();
        for (long seed = 0; seed < RUNS; seed++) {
            try (Simulation sim = Simulation.withSeed(seed)) {
                try {
                    totals.add(run(sim, seed));
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("seed " + seed + " of " + RUNS + ": " + e.getMessage() + "\n" + sim.describe(), e);
                }
            }
        }
        assertTrue(totals.maybePut > 0 && totals.maybeDeleted > 0 && totals.notDeleted > 0 && totals.failed > 0,
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

    private static final class Totals {
        private int put;
        private int notPut;
        private int maybePut;
        private int notDeleted;
        private int maybeDeleted;
        private int failed;

        private void add(History history) {
            put += history.acknowledged.size();
            notPut += history.notPut.size();
            maybePut += history.maybePut.size();
            notDeleted += sum(history.notDeleted);
            maybeDeleted += sum(history.maybeDeleted);
            failed += history.failed;
        }

        private static int sum(Map<Long, Integer> counts) {
            return counts.values().stream().mapToInt(Integer::intValue).sum();
        }

        @Override
        public String toString() {
            return "fleets " + RUNS + ", put " + put + ", not put " + notPut + ", maybe put " + maybePut + ", failed " + failed
                    + ", not deleted " + notDeleted + ", maybe deleted " + maybeDeleted;
        }
    }

    private static History run(Simulation sim, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        History history = new History();
        SimulatedBeanstalkd server = new SimulatedBeanstalkd();
        sim.host("queue").start(server::start);
        List<Runnable> stops = new ArrayList<>();
        for (String name : WORKERS) {
            SplittableRandom own = random.split();
            sim.host(name).start(loop -> stops.add(work(loop, own, history)));
        }
        SplittableRandom producers = random.split();
        sim.host("producer").start(loop -> produce(loop, producers, history));
        sim.advance(Duration.ofSeconds(1));
        for (int i = 0; i < 6; i++) {
            trouble(sim, random);
        }
        sim.runUntil(() -> told(history) == JOBS && server.jobs.isEmpty());
        sim.advance(Duration.ofSeconds(60)); // the last answers and losses
        stops.forEach(Runnable::run);
        sim.runUntil(() -> history.stopped == WORKERS.size());
        check(server, history);
        return history;
    }

    private static int told(History history) {
        return history.acknowledged.size() + history.notPut.size() + history.maybePut.size();
    }

    private static BeanstalkClient client(EventLoop loop, SplittableRandom random) {
        return BeanstalkClient.connect(loop, "queue", SimulatedBeanstalkd.PORT,
                        BeanstalkOptions.defaults().withRandom(random).withReserveCheck(Duration.ofSeconds(5)))
                .onLost((client, cause) -> { });
    }

    private static void produce(EventLoop loop, SplittableRandom random, History history) {
        BeanstalkClient client = client(loop, random);
        PutOptions options = PutOptions.defaults().withTimeToRun(Duration.ofSeconds(2));
        client.use("work", (tube, error) -> { });
        loop.interval(Duration.ofMillis(500), timer -> {
            String body = "job " + history.asked++;
            client.put(body.getBytes(UTF_8), options, (inserted, error) -> {
                if (inserted != null) {
                    assertEquals(null, history.acknowledged.put(inserted.id(), body));
                } else if (error instanceof OutcomeUnknownException) {
                    history.maybePut.add(body);
                } else {
                    assertEquals(BeanstalkError.CONNECTION_LOST, error.kind());
                    history.notPut.add(body);
                }
            });
            if (history.asked == JOBS) {
                timer.cancel();
            }
        });
    }

    private static Runnable work(EventLoop loop, SplittableRandom random, History history) {
        BeanstalkClient client = client(loop, random.split());
        client.watch("work", (count, error) -> { });
        client.ignore("default", (count, error) -> { });
        WorkerOptions options =
                WorkerOptions.defaults().withJobs(2).withAttempts(1_000_000).withRetryDelay(Duration.ofSeconds(1));
        BeanstalkWorker worker = BeanstalkWorker.start(client, options, job -> {
            if (random.nextInt(10) == 0) {
                throw new IllegalArgumentException("as it happens");
            }
            loop.timer(Duration.ofMillis(random.nextInt(4000)), timer -> {
                history.done.merge(job.id(), 1, Integer::sum);
                job.done();
            });
        });
        worker.onError((job, error) -> {
            if (!(error instanceof BeanstalkException trouble)) {
                history.failed++;
            } else if (error instanceof OutcomeUnknownException && trouble.command().startsWith("delete")) {
                history.maybeDeleted.merge(job.id(), 1, Integer::sum);
            } else if (trouble.command().startsWith("delete")) {
                history.notDeleted.merge(job.id(), 1, Integer::sum);
            }
        });
        return () -> loop.execute(() -> worker.stop(stopped -> {
            history.stopped++;
            client.close();
        }));
    }

    private static void trouble(Simulation sim, SplittableRandom random) {
        String host = random.nextInt(3) == 0 ? "producer" : WORKERS.get(random.nextInt(WORKERS.size()));
        Link link = sim.link(host, "queue");
        Duration time = Duration.ofMillis(100 + random.nextInt(12_000));
        switch (random.nextInt(6)) {
            case 0 -> during(sim, link.partition(), time);
            case 1 -> during(sim, link.oneWay().partition(), time);
            case 2 -> during(sim, sim.link("queue", host).oneWay().partition(), time);
            case 3 -> during(sim, link.latency(Duration.ZERO, Duration.ofMillis(800)), time);
            case 4 -> link.reset();
            default -> {
                sim.host("queue").crash();
                sim.advance(time);
                sim.host("queue").bounce();
            }
        }
        sim.advance(Duration.ofMillis(random.nextInt(3000)));
    }

    private static void during(Simulation sim, Rule rule, Duration time) {
        sim.advance(time);
        rule.close();
    }

    /** A job that was put is there once, and deleted once; and nobody believes what is not so. */
    private static void check(SimulatedBeanstalkd server, History history) {
        history.acknowledged.forEach((id, body) -> assertEquals(body, server.inserted.get(id)));
        Set<String> bodies = new HashSet<>(server.inserted.values());
        assertEquals(server.inserted.size(), bodies.size(), "a job was put twice");
        history.notPut.forEach(body -> assertFalse(bodies.contains(body), () -> body + " was put all the same"));
        assertEquals(server.inserted.keySet(), new HashSet<>(server.deleted));
        assertEquals(server.inserted.size(), server.deleted.size(), "a job was deleted twice");
        for (long id : server.inserted.keySet()) {
            int maybe = history.maybeDeleted.getOrDefault(id, 0);
            int sure = history.done.getOrDefault(id, 0) - maybe - history.notDeleted.getOrDefault(id, 0);
            assertTrue(sure == 1 || sure == 0 && maybe > 0, () -> "job " + id + " was done by " + sure + " for sure and " + maybe + " perhaps");
        }
    }
}
