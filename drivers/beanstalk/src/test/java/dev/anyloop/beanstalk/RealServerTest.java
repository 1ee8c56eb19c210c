package dev.anyloop.beanstalk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.Doctor;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.spi.EventLoopProvider;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the beanstalkd of the system, on each backend. */
class RealServerTest {

    private static final PutOptions PUT = PutOptions.defaults();
    private static final Duration NONE = Duration.ZERO;

    static List<String> available() {
        return ServiceLoader.load(EventLoopProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> !provider.name().equals("sim") && provider.availability().available())
                .map(EventLoopProvider::name)
                .sorted()
                .toList();
    }

    @Test
    void everyRequiredBackendIsAvailable() {
        for (String required : System.getProperty("anyloop.require", "").split(",")) {
            assertTrue(required.isEmpty() || available().contains(required), () -> required + "\n" + Doctor.report());
        }
    }

    @FunctionalInterface
    private interface Script {
        void run(EventLoop loop, BeanstalkClient client) throws Exception;
    }

    /** What fails in a callback, {@code start} throws. */
    private static void on(String backend, RealServer server, BeanstalkOptions options, Script script) {
        EventLoop.start(LoopOptions.defaults().withBackend(backend), loop -> script.run(loop,
                BeanstalkClient.connect(loop, RealServer.HOST, server.port(), options).onLost((client, cause) -> { })));
    }

    private static BeanstalkOptions options() {
        return BeanstalkOptions.defaults().withRetry(Duration.ofMillis(10), Duration.ofMillis(100));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    // ---- the protocol ----

    @OnEachBackend
    void everyCommandIsUnderstood(String backend) throws Exception {
        List<Object> told = new ArrayList<>();
        try (RealServer server = RealServer.start()) {
            on(backend, server, options(), (loop, client) -> {
                client.use("a-b", note(told));
                client.listTubeUsed(note(told));
                client.put(bytes("ready"), PUT.withPriority(7), (job, error) -> told.add(job));
                client.put(bytes("delayed"), PUT.withDelay(Duration.ofSeconds(100)), (job, error) -> told.add(job));
                client.peek(1, (job, error) -> told.add(text(job)));
                client.peekReady((job, error) -> told.add(text(job)));
                client.peekDelayed((job, error) -> told.add(text(job)));
                client.peekBuried((job, error) -> told.add(error.kind()));
                client.kick(10, note(told));
                client.kickJob(2, kind(told));
                client.watch("a-b", note(told));
                client.ignore("default", note(told));
                client.ignore("a-b", (count, error) -> told.add(error.kind()));
                client.listTubesWatched(note(told));
                client.listTubes((names, error) -> told.add(new HashSet<>(names)));
                client.pauseTube("a-b", NONE, kind(told));
                client.pauseTube("none", NONE, kind(told));
                client.statsTube("a-b", (stats, error) -> told.add(stats.number("current-jobs-ready")));
                client.statsTube("none", (stats, error) -> told.add(error.kind()));
                client.statsJob(1, (stats, error) -> told.add(stats.text("state") + " " + stats.number("pri")));
                client.stats((stats, error) -> told.add(stats.text("version").split("\\.")[0]));
                client.delete(99, error -> {
                    told.add(error.kind());
                    reserveAndFinish(client, told); // on other connections: one after the other
                });
            });
        }
        assertEquals(List.of("a-b", "a-b", new Inserted(1, false), new Inserted(2, false), "1 ready", "1 ready", "2 delayed",
                BeanstalkError.NOT_FOUND, 1L, BeanstalkError.NOT_FOUND, 2, 1, BeanstalkError.NOT_IGNORED, List.of("a-b"),
                Set.of("default", "a-b"), "done", BeanstalkError.NOT_FOUND, 2L, BeanstalkError.NOT_FOUND, "ready 7", "1",
                BeanstalkError.NOT_FOUND, BeanstalkError.NOT_FOUND, "ready", "done", 1L, "buried", "released", "done",
                "deleted 2", BeanstalkError.TIMED_OUT), told);
    }

    private static void reserveAndFinish(BeanstalkClient client, List<Object> told) {
        client.reserveJob(99, (none, error) -> {
            told.add(error.kind());
            client.reserve(NONE, (job, unexpected) -> {
                told.add(new String(job.body(), UTF_8));
                job.touch(kind(told));
                job.stats((stats, refused) -> told.add(stats.number("reserves")));
                job.bury(3, refused -> {
                    told.add("buried");
                    releaseAndDelete(client, told);
                });
            });
        });
    }

    private static void releaseAndDelete(BeanstalkClient client, List<Object> told) {
        client.reserveJob(1, (job, error) -> job.release(4, Duration.ofSeconds(50), refused -> {
            told.add("released");
            client.kickJob(1, kind(told));
            client.delete(1, none -> client.reserve((last, e) -> last.delete(e2 -> {
                told.add("deleted " + last.id());
                client.reserve(NONE, (nothing, e3) -> {
                    told.add(e3.kind());
                    client.close();
                });
            })));
        }));
    }

    private static <T> AnswerCallback<T> note(List<Object> told) {
        return (answer, error) -> told.add(answer);
    }

    private static DoneCallback kind(List<Object> told) {
        return error -> told.add(error == null ? "done" : error.kind());
    }

    private static String text(Job job) {
        return job.id() + " " + new String(job.body(), UTF_8);
    }

    @OnEachBackend
    void bodiesOfAnyBytesComeBackAsTheyWere(String backend) throws Exception {
        byte[] large = new byte[65_535];
        new Random(3).nextBytes(large);
        List<byte[]> bodies = List.of(new byte[0], bytes("\r\n"), bytes("DELETED\r\n"), new byte[] {0, -1, 13, 10}, large);
        List<byte[]> found = new ArrayList<>();
        try (RealServer server = RealServer.start()) {
            on(backend, server, options(), (loop, client) -> {
                for (byte[] body : bodies) {
                    client.put(body, (inserted, error) -> client.peek(inserted.id(), (job, refused) -> {
                        found.add(job.body());
                        if (found.size() == bodies.size()) {
                            client.close();
                        }
                    }));
                }
            });
        }
        for (int i = 0; i < bodies.size(); i++) {
            assertArrayEquals(bodies.get(i), found.get(i));
        }
    }

    @OnEachBackend
    void thousandsOfCommandsInARowAreAnsweredInTheirOrder(String backend) throws Exception {
        int count = 5000;
        List<Long> ids = new ArrayList<>();
        try (RealServer server = RealServer.start()) {
            on(backend, server, options(), (loop, client) -> {
                for (int i = 0; i < count; i++) {
                    client.put(bytes("job " + i), (job, error) -> ids.add(job.id()));
                    client.delete(i + 1, error -> assertNull(error));
                }
                client.close();
            });
        }
        assertEquals(count, ids.size());
        for (int i = 0; i < count; i++) {
            assertEquals(i + 1, ids.get(i));
        }
    }

    @OnEachBackend
    void aServerOnAPathIsReached(String backend, @TempDir Path directory) throws Exception {
        RealServer.assumeInstalled();
        Path path = directory.resolve("beanstalkd");
        List<Object> told = new ArrayList<>();
        Process server = new ProcessBuilder("beanstalkd", "-l", "unix:" + path).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            EventLoop.start(LoopOptions.defaults().withBackend(backend), loop -> {
                BeanstalkClient client = BeanstalkClient.connect(loop, UnixDomainSocketAddress.of(path), options())
                        .onLost((same, cause) -> { }); // until it listens
                client.put(bytes("x"), note(told));
                client.close();
            });
        } finally {
            server.destroyForcibly();
        }
        assertEquals(List.of(new Inserted(1, false)), told);
    }

    // ---- what the server refuses ----

    @OnEachBackend
    void whatIsTooLargeForTheServerAndWhatComesWhileItDrainsIsRefusedAndHarmsNothing(String backend) throws Exception {
        List<Object> told = new ArrayList<>();
        try (RealServer server = RealServer.start("-z", "100")) {
            on(backend, server, options(), (loop, client) -> {
                client.put(new byte[101], (job, error) -> told.add(error.kind()));
                client.put(new byte[100], (job, error) -> told.add(job.id()));
                client.peek(1, (job, error) -> {
                    told.add(job.body().length);
                    server.drain();
                    untilDraining(loop, client, () -> {
                        client.put(new byte[101], (none, refused) -> told.add(refused.kind()));
                        client.put(new byte[1], (none, refused) -> {
                            told.add(refused.kind());
                            client.reserve((still, e) -> still.delete(e2 -> {
                                told.add(e2 == null ? "deleted" : e2.kind());
                                client.close();
                            }));
                        });
                    });
                });
            });
        }
        assertEquals(List.of(BeanstalkError.JOB_TOO_BIG, 1L, 100, BeanstalkError.JOB_TOO_BIG, BeanstalkError.DRAINING, "deleted"), told);
    }

    /** The signal takes its time. */
    private static void untilDraining(EventLoop loop, BeanstalkClient client, Runnable then) {
        client.stats((stats, error) -> {
            if (stats.text("draining").equals("true")) {
                then.run();
            } else {
                loop.timer(Duration.ofMillis(5), timer -> untilDraining(loop, client, then));
            }
        });
    }

    // ---- reserving ----

    /** Each job is put while a wait is being cancelled; whoever asks next gets it. */
    @OnEachBackend
    void aCancelledReserveLosesNoJob(String backend) throws Exception {
        int rounds = 50;
        Set<Long> got = new HashSet<>();
        try (RealServer server = RealServer.start()) {
            on(backend, server, options(), (loop, client) -> cancelRound(loop, client, got, rounds));
        }
        assertEquals(rounds, got.size());
    }

    private static void cancelRound(EventLoop loop, BeanstalkClient client, Set<Long> got, int rounds) {
        Reserve cancelled = client.reserve((job, error) -> {
            got.add(job.id());
            job.delete(refused -> assertNull(refused));
        });
        client.put(bytes("x"), (job, error) ->
            loop.timer(Duration.ofNanos(ThreadLocalRandom.current().nextInt(1_000_000)), timer -> {
                if (cancelled.cancel()) {
                    client.reserve((second, refused) -> {
                        got.add(second.id());
                        second.delete(e -> cancelNext(loop, client, got, rounds));
                    });
                } else {
                    cancelNext(loop, client, got, rounds);
                }
            }));
    }

    private static void cancelNext(EventLoop loop, BeanstalkClient client, Set<Long> got, int rounds) {
        if (got.size() < rounds) {
            cancelRound(loop, client, got, rounds);
        } else {
            client.close();
        }
    }

    // ---- a server that is killed ----

    /** Its binlog has what it acknowledged. */
    @OnEachBackend
    void noJobIsLostWithoutAWordWhenTheServerIsKilledInTheMiddleOfWork(String backend, @TempDir Path binlog) throws Exception {
        int jobs = 150;
        Map<Long, String> put = new TreeMap<>();
        Map<String, Integer> handled = new TreeMap<>();
        Map<String, Integer> reported = new TreeMap<>();
        Set<Integer> kills = new HashSet<>(); // after so many jobs
        try (RealServer server = RealServer.start("-b", binlog.toString(), "-f", "0")) {
            on(backend, server, options(), (loop, client) -> {
                client.use("work", (tube, error) -> { });
                client.watch("work", (count, error) -> { });
                client.ignore("default", (count, error) -> { });
                BeanstalkWorker worker = BeanstalkWorker.start(client, WorkerOptions.defaults().withJobs(4), job -> {
                    String body = new String(job.body(), UTF_8);
                    loop.timer(Duration.ofMillis(1), timer -> {
                        handled.merge(body, 1, Integer::sum);
                        job.done();
                        if (handled.size() % 50 == 25 && kills.add(handled.size())) {
                            server.kill();
                            server.startAgain();
                        }
                    });
                });
                worker.onError((job, error) -> reported.merge(new String(job.body(), UTF_8), 1, Integer::sum));
                for (int i = 0; i < jobs; i++) {
                    putSoon(loop, client, "job " + i, Duration.ofMillis(i), put);
                }
                untilEmpty(loop, client, jobs, put, () -> worker.stop(stopped -> client.close()));
            });
        }
        assertEquals(3, kills.size(), "times that it was killed");
        for (String body : put.values()) {
            int times = handled.getOrDefault(body, 0);
            int vain = reported.getOrDefault(body, 0);
            assertTrue(times >= 1, () -> body + " was lost");
            assertTrue(times - vain <= 1, () -> body + " was done " + times + " times, and only " + vain + " of them reported");
        }
    }

    private static void putSoon(EventLoop loop, BeanstalkClient client, String body, Duration delay, Map<Long, String> put) {
        loop.timer(delay, timer -> client.put(bytes(body), PUT, (job, error) -> {
            if (job != null) {
                put.put(job.id(), body);
            } else {
                boolean unknown = error instanceof OutcomeUnknownException;
                assertTrue(unknown || error.kind() == BeanstalkError.CONNECTION_LOST, error::getMessage);
                putSoon(loop, client, unknown ? body + " again" : body, Duration.ofMillis(10), put);
            }
        }));
    }

    private static void untilEmpty(EventLoop loop, BeanstalkClient client, int jobs, Map<Long, String> put, Runnable then) {
        client.statsTube("work", (stats, error) -> {
            if (put.size() == jobs && stats != null && stats.number("current-jobs-ready") + stats.number("current-jobs-reserved") == 0) {
                then.run();
            } else {
                loop.timer(Duration.ofMillis(10), timer -> untilEmpty(loop, client, jobs, put, then));
            }
        });
    }

    @OnEachBackend
    void tubesAreRestoredBeforeAnythingElseWhenTheServerIsBack(String backend) throws Exception {
        List<Object> told = new ArrayList<>();
        try (RealServer server = RealServer.start()) {
            on(backend, server, options(), (loop, client) -> {
                client.use("u", (tube, error) -> { });
                client.watch("w", (tube, error) -> { });
                client.ignore("default", (tube, error) -> {
                    server.kill();
                    client.onLost((same, cause) -> {
                        client.onLost((again, causes) -> { });
                        client.listTubeUsed(note(told)); // it waits for the next connection
                        client.listTubesWatched((tubes, e) -> {
                            told.add(tubes);
                            client.close();
                        });
                        server.startAgain();
                    });
                });
            });
        }
        assertEquals(List.of("u", List.of("w")), told);
    }

    /** On one backend, since it takes its time: its time to run is a second at the least. */
    @Test
    void aWorkerKeepsAJobLongerThanItsTimeToRun() throws Exception {
        List<Object> told = new ArrayList<>();
        try (RealServer server = RealServer.start()) {
            on("nio", server, options(), (loop, client) -> {
                client.put(bytes("x"), PUT.withTimeToRun(Duration.ofSeconds(1)), (job, error) -> { });
                BeanstalkWorker worker = BeanstalkWorker.start(client, WorkerOptions.defaults(), job ->
                        loop.timer(Duration.ofMillis(1300), timer -> client.statsJob(job.id(), (stats, error) -> {
                            told.add(stats.number("reserves") + " " + stats.number("timeouts") + " " + job.isHeld());
                            job.done();
                            client.close();
                        })));
                worker.onError((job, error) -> told.add(error));
            });
        }
        assertEquals(List.of("1 0 true"), told);
    }
}
