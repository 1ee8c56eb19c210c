package dev.anyloop.beanstalk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.sim.Rule;
import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import dev.anyloop.tck.run.OtherThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

class WorkerTest {

    private static final int RUNS = 10;
    private static final int MOST = 100; // commands that may be unanswered
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final SimulatedBeanstalkd server = new SimulatedBeanstalkd();
    private final List<Object> told = new ArrayList<>();
    private final List<WorkerJob> jobs = new ArrayList<>();
    private EventLoop loop;
    private BeanstalkClient client;
    private BeanstalkWorker worker;

    private void start(Simulation sim, WorkerOptions options, JobHandler handler) {
        sim.host("queue").start(server::start);
        sim.host("app").start(own -> {
            loop = own;
            client = BeanstalkClient.connect(own, "queue", SimulatedBeanstalkd.PORT,
                    BeanstalkOptions.defaults().withRandom(new SplittableRandom(sim.seed())).withMaxUnanswered(MOST)).onLost((same, cause) -> { });
            worker = BeanstalkWorker.start(client, options, handler)
                    .onError((job, error) -> told.add(error instanceof BeanstalkException e ? e.kind() : error.getMessage()));
        });
        sim.advance(SECOND);
    }

    private void put(int count, Duration timeToRun) {
        for (int i = 0; i < count; i++) {
            client.put("x".getBytes(UTF_8), PutOptions.defaults().withTimeToRun(timeToRun), (job, error) -> { });
        }
    }

    @SimulationTest(runs = RUNS)
    void soManyJobsAreWorkedOnAtATimeAndDeletedWhenTheyAreDone(Simulation sim) {
        start(sim, WorkerOptions.defaults().withJobs(3), jobs::add);
        put(10, Duration.ofSeconds(60));
        sim.runUntil(() -> jobs.size() == 3);
        sim.advance(SECOND);
        assertEquals(3, jobs.size());
        jobs.get(1).done();
        sim.runUntil(() -> jobs.size() == 4);
        assertEquals(List.of(jobs.get(1).id()), server.deleted);
        assertThrows(IllegalStateException.class, () -> jobs.get(1).failed(new Exception("late")));
        assertEquals(List.of(), told);
    }

    /** The thread that has done the work may not say so, and the loop may still. */
    @SimulationTest(runs = RUNS)
    void aJobIsNotFinishedOnAnotherThread(Simulation sim) {
        start(sim, WorkerOptions.defaults(), jobs::add);
        put(1, SECOND);
        sim.runUntil(() -> jobs.size() == 1);
        WorkerJob job = jobs.get(0);
        OtherThread.isRefused(job::done);
        OtherThread.isRefused(() -> job.failed(new Exception("no")));
        OtherThread.isRefused(() -> job.bury(new Exception("no")));
        sim.advance(Duration.ofSeconds(10));
        assertTrue(job.isHeld());
        job.done();
        sim.runUntil(() -> server.deleted.size() == 1);
        assertEquals(List.of(), told);
    }

    @SimulationTest(runs = RUNS)
    void aJobIsTouchedWhileItIsWorkedOn(Simulation sim) {
        start(sim, WorkerOptions.defaults().withKeep(Duration.ofSeconds(100)), jobs::add);
        put(1, SECOND);
        sim.runUntil(() -> jobs.size() == 1);
        sim.advance(Duration.ofSeconds(95));
        assertTrue(jobs.get(0).isHeld());
        assertEquals(1, server.count("reserved"));
        sim.advance(Duration.ofSeconds(7)); // it was held as long as is allowed
        assertEquals(1, server.count("ready"));
        jobs.get(0).done(); // it is ready, so it can be deleted
        sim.runUntil(() -> server.deleted.size() == 1);
        assertEquals(List.of(), told);
    }

    @SimulationTest(runs = RUNS)
    void aJobThatFailsIsTriedAgainLaterAndThenBuried(Simulation sim) {
        List<Duration> times = new ArrayList<>();
        start(sim, WorkerOptions.defaults().withAttempts(3).withRetryDelay(Duration.ofSeconds(10)), job -> {
            times.add(sim.now());
            throw new IllegalArgumentException("no");
        });
        put(1, Duration.ofSeconds(60));
        sim.runUntil(() -> server.count("buried") == 1);
        assertEquals(List.of("no", "no", "no"), told);
        assertEquals(3, times.size());
        assertTrue(times.get(1).minus(times.get(0)).compareTo(Duration.ofSeconds(10)) >= 0);
        assertTrue(times.get(2).minus(times.get(1)).compareTo(Duration.ofSeconds(10)) >= 0);
    }

    @SimulationTest(runs = RUNS)
    void aJobThatCannotSucceedIsBuriedAtOnce(Simulation sim) {
        start(sim, WorkerOptions.defaults(), job -> job.bury(new Exception("never")));
        put(1, Duration.ofSeconds(60));
        sim.runUntil(() -> server.count("buried") == 1);
        assertEquals(List.of("never"), told);
    }

    @SimulationTest(runs = RUNS)
    void anErrorOfTheHandlerFailsItsJobAndGoesWhereErrorsGo(Simulation sim) {
        AssertionError thrown = new AssertionError("mine");
        List<Throwable> uncaught = new ArrayList<>();
        start(sim, WorkerOptions.defaults().withAttempts(1), job -> {
            throw thrown;
        });
        loop.onUncaught((same, what) -> uncaught.add(what));
        put(1, Duration.ofSeconds(60));
        sim.runUntil(() -> server.count("buried") == 1);
        assertEquals(List.of(thrown), uncaught);
    }

    @SimulationTest(runs = RUNS)
    void aWorkerThatStopsFinishesWhatItHasAndTakesNoMore(Simulation sim) {
        boolean[] over = new boolean[2];
        start(sim, WorkerOptions.defaults().withJobs(2), jobs::add);
        put(1, Duration.ofSeconds(60));
        sim.runUntil(() -> jobs.size() == 1);
        worker.stop(stopped -> over[0] = true);
        worker.stop(stopped -> over[1] = true);
        put(5, Duration.ofSeconds(60));
        sim.advance(Duration.ofSeconds(30));
        assertEquals(1, jobs.size());
        assertTrue(!over[0]);
        jobs.get(0).done();
        sim.runUntil(() -> over[0] && over[1]);
        assertEquals(1, server.deleted.size());
        assertEquals(5, server.count("ready"));
        over[0] = false;
        worker.stop(stopped -> over[0] = true);
        sim.runUntil(() -> over[0]);
    }

    @SimulationTest(runs = RUNS)
    void whoseJobWasLostIsToldAndGoesOn(Simulation sim) {
        start(sim, WorkerOptions.defaults(), jobs::add);
        put(1, Duration.ofSeconds(60));
        sim.runUntil(() -> jobs.size() == 1);
        sim.link("app", "queue").reset();
        sim.runUntil(() -> !jobs.get(0).isHeld());
        jobs.get(0).done();
        sim.runUntil(() -> jobs.size() == 2);
        jobs.get(1).done();
        sim.runUntil(() -> server.deleted.size() == 1);
        assertEquals(List.of(BeanstalkError.CONNECTION_LOST), told);
    }

    @SimulationTest(runs = RUNS)
    void whoseAnswerWasLostIsToldThatItIsUnknown(Simulation sim) {
        start(sim, WorkerOptions.defaults(), jobs::add);
        put(1, Duration.ofSeconds(60));
        sim.runUntil(() -> jobs.size() == 1);
        sim.link("queue", "app").oneWay().partition();
        jobs.get(0).done();
        sim.runUntil(() -> !told.isEmpty());
        assertEquals(List.of(BeanstalkError.OUTCOME_UNKNOWN), told);
        assertEquals(1, server.deleted.size());
    }

    /** They have connections of their own, and a worker that could not wait for its next job would have ended, unseen. */
    @SimulationTest(runs = RUNS)
    void aWorkerGoesOnHoweverManyCommandsAreUnanswered(Simulation sim) {
        start(sim, WorkerOptions.defaults(), jobs::add);
        put(1, Duration.ofSeconds(60));
        sim.runUntil(() -> jobs.size() == 1);
        sim.link("app", "queue").reset();
        Rule nobody = sim.link("app", "queue").partition();
        sim.advance(SECOND);
        assertThrows(IllegalStateException.class, () -> put(MOST + 1, Duration.ofSeconds(60)));
        jobs.get(0).done();
        sim.runUntil(() -> told.equals(List.of(BeanstalkError.CONNECTION_LOST)));
        nobody.close();
        sim.runUntil(() -> jobs.size() == 2);
        jobs.get(1).done();
        worker.stop(same -> told.add("stopped"));
        sim.runUntil(() -> told.contains("stopped"));
    }

    @SimulationTest(runs = RUNS)
    void aLoopThatIsShutDownStopsTheWorkerWhoseJobIsLost(Simulation sim) {
        List<Throwable> uncaught = new ArrayList<>();
        start(sim, WorkerOptions.defaults(), jobs::add);
        loop.onUncaught((same, what) -> uncaught.add(what));
        put(1, Duration.ofSeconds(60));
        sim.runUntil(() -> jobs.size() == 1);
        loop.hold();
        loop.shutdown(Duration.ofSeconds(60));
        sim.link("app", "queue").reset();
        sim.advance(SECOND);
        jobs.get(0).done();
        sim.advance(SECOND);
        assertEquals(List.of(), uncaught);
        worker.stop(same -> told.add("stopped"));
        sim.runUntil(() -> told.contains("stopped"));
    }

    @SimulationTest(runs = RUNS)
    void aClientThatIsClosedStopsItsWorker(Simulation sim) {
        boolean[] over = new boolean[1];
        start(sim, WorkerOptions.defaults().withJobs(3), jobs::add);
        client.close();
        worker.stop(stopped -> over[0] = true);
        sim.runUntil(() -> over[0]);
        sim.runUntil(() -> server.connected() == 0);
    }
}
