package dev.anyloop.beanstalk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.sim.Host;
import dev.anyloop.sim.Rule;
import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A client and a server on hosts that do not exist. */
class ClientTest {

    private static final int RUNS = 10;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final SimulatedBeanstalkd server = new SimulatedBeanstalkd();
    private final List<Object> told = new ArrayList<>();
    private EventLoop loop;
    private BeanstalkClient client;

    /** With the server there, and the client connected. */
    private void start(Simulation sim) {
        start(sim, BeanstalkOptions.defaults());
    }

    private void start(Simulation sim, BeanstalkOptions options) {
        sim.host("queue").start(server::start);
        sim.host("app").start(own -> {
            loop = own;
            client = client(own, sim, options);
        });
        sim.advance(SECOND);
    }

    private static BeanstalkClient client(EventLoop loop, Simulation sim, BeanstalkOptions options) {
        return BeanstalkClient.connect(loop, "queue", SimulatedBeanstalkd.PORT, options.withRandom(new SplittableRandom(sim.seed())))
                .onLost((client, cause) -> { });
    }

    private <T> AnswerCallback<T> note() {
        return (answer, error) -> told.add(answer != null ? answer : error.kind());
    }

    private DoneCallback done() {
        return error -> told.add(error == null ? "done" : error.kind());
    }

    private AnswerCallback<ReservedJob> noteBody() {
        return (job, error) -> told.add(job != null ? text(job.body()) : error.kind());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(byte[] body) {
        return new String(body, UTF_8);
    }

    private void runUntilTold(Simulation sim, Object... expected) {
        sim.runUntil(() -> told.size() >= expected.length);
        assertEquals(List.of(expected), told);
    }

    // ---- commands ----

    @SimulationTest(runs = RUNS)
    void commandsAreSentBehindOneAnotherAndAnsweredInTheirOrder(Simulation sim) {
        start(sim);
        sim.link("app", "queue").latency(SECOND);
        for (int i = 0; i < 1000; i++) {
            client.put(bytes("job " + i), (job, error) -> told.add(job.id()));
        }
        sim.advance(Duration.ofSeconds(3)); // one way there and back for all
        assertEquals(IntStream.rangeClosed(1, 1000).mapToObj(Long::valueOf).toList(), told);
    }

    @SimulationTest(runs = RUNS)
    void whatIsAskedWithoutAConnectionIsSentOnTheNextOneInItsOrder(Simulation sim) {
        start(sim);
        sim.host("queue").crash();
        sim.advance(Duration.ofSeconds(1));
        sim.host("queue").bounce();
        client.use("a", note());
        client.put(bytes("to a"), note());
        client.use("b", note());
        client.put(bytes("to b"), note());
        sim.runUntil(() -> told.size() == 4);
        // the first command may go to the connection that is lost already, which is no effect of it on jobs
        assertTrue(told.equals(List.of("a", new Inserted(1, false), "b", new Inserted(2, false)))
                || told.get(0) == BeanstalkError.CONNECTION_LOST, told::toString);
    }

    @SimulationTest(runs = RUNS)
    void aCommandThatFindsNoConnectionInTimeWasNotDone(Simulation sim) {
        start(sim);
        sim.host("queue").crash();
        sim.link("app", "queue").reset();
        sim.runUntil(() -> lost(sim));
        client.put(bytes("x"), note());
        sim.advance(Duration.ofSeconds(9));
        assertEquals(List.of(), told);
        sim.advance(Duration.ofSeconds(2));
        assertEquals(List.of(BeanstalkError.CONNECTION_LOST), told);
        sim.host("queue").bounce();
        sim.advance(Duration.ofSeconds(120));
        assertEquals(0, server.inserted.size());
    }

    private boolean lost(Simulation sim) {
        return sim.now().compareTo(Duration.ofSeconds(3)) > 0;
    }

    @SimulationTest(runs = RUNS)
    void aPutWhoseAnswerIsLostIsUnknownAndIsNotRepeated(Simulation sim) {
        start(sim);
        List<BeanstalkException> errors = new ArrayList<>();
        Rule deaf = sim.link("queue", "app").oneWay().partition();
        client.put(bytes("x"), (job, error) -> errors.add(error));
        client.peek(1, (job, error) -> errors.add(error));
        sim.runUntil(() -> errors.size() == 2);
        deaf.close();
        assertInstanceOf(OutcomeUnknownException.class, errors.get(0));
        assertEquals(BeanstalkError.OUTCOME_UNKNOWN, errors.get(0).kind());
        assertTrue(errors.get(0).getMessage().startsWith("put 1024 0 60 1 on queue:11300: outcome unknown, "), errors.get(0)::getMessage);
        assertEquals(BeanstalkError.CONNECTION_LOST, errors.get(1).kind()); // it has looked only
        sim.advance(Duration.ofSeconds(120));
        assertEquals(1, server.inserted.size());
    }

    /** The buffers of both sides are full: what lies behind them has not left. */
    @SimulationTest(runs = RUNS)
    void aPutThatTheKernelNeverHadWasNotDone(Simulation sim) {
        start(sim);
        Rule cut = sim.link("app", "queue").partition();
        byte[] large = new byte[60_000];
        for (int i = 0; i < 20; i++) {
            client.put(large, note());
        }
        sim.runUntil(() -> told.size() == 20);
        cut.close();
        assertEquals(BeanstalkError.OUTCOME_UNKNOWN, told.get(0));
        assertEquals(BeanstalkError.CONNECTION_LOST, told.get(19));
        assertEquals(told.stream().sorted(Comparator.comparing(kind -> kind == BeanstalkError.CONNECTION_LOST)).toList(), told);
    }

    @SimulationTest(runs = RUNS)
    void tubesAreRestoredBeforeAnythingElse(Simulation sim) {
        start(sim);
        client.use("w", note());
        client.watch("w", note());
        client.ignore("default", note());
        runUntilTold(sim, "w", 2, 1);
        server.commands.clear();
        client.onLost((same, cause) -> {
            client.put(bytes("x"), (job, error) -> { }); // it waits for the next connection
            client.onLost((again, causes) -> { });
        });
        sim.host("queue").crash();
        sim.link("app", "queue").reset();
        sim.advance(SECOND);
        sim.host("queue").bounce();
        sim.runUntil(() -> !server.commands.isEmpty());
        client.reserve(noteBody());
        runUntilTold(sim, "w", 2, 1, "x");
        assertEquals(List.of("use w", "watch w", "ignore default", "put 1024 0 60 1"), sentOn(1));
        assertEquals(List.of("watch w", "ignore default", "reserve-with-timeout 30"), sentOn(2));
    }

    private List<String> sentOn(int connection) {
        return server.commands.stream().filter(line -> line.startsWith(connection + " "))
                .map(line -> line.substring(line.indexOf(' ') + 1)).toList();
    }

    @SimulationTest(runs = RUNS)
    void aServerThatDrainsIsToldOf(Simulation sim) {
        start(sim);
        server.draining = true;
        client.put(bytes("x"), note());
        client.listTubeUsed(note());
        runUntilTold(sim, BeanstalkError.DRAINING, "default");
    }

    @SimulationTest(runs = RUNS)
    void whoIsNoBeanstalkdIsToldOfByItsWords(Simulation sim) {
        sim.host("queue").start(own -> own.listen(null, SimulatedBeanstalkd.PORT,
                (same, socket) -> socket.onRead((s, data) -> s.write("HTTP/1.1 400 Bad Request\r\n"))));
        List<String> causes = new ArrayList<>();
        sim.host("app").start(own -> {
            client = client(own, sim, BeanstalkOptions.defaults()).onLost((same, cause) -> causes.add(cause.getMessage()));
            client.delete(1, error -> told.add(error.getMessage()));
        });
        sim.runUntil(() -> !causes.isEmpty() && !told.isEmpty());
        assertEquals("an answer that begins with \"HTTP/1.1\"", causes.get(0));
        assertEquals(List.of("delete 1 on queue:11300: outcome unknown, an answer that begins with \"HTTP/1.1\""), told);
    }

    /** What was sent with the line of a put that is refused for it would be taken for commands. */
    @SimulationTest(runs = RUNS)
    void aRefusalThatLeavesTheConnectionOutOfStepEndsIt(Simulation sim) {
        List<String> causes = new ArrayList<>();
        sim.host("queue").start(own -> own.listen(null, SimulatedBeanstalkd.PORT,
                (same, socket) -> socket.onRead((s, data) -> s.write("BAD_FORMAT\r\nUNKNOWN_COMMAND\r\n"))));
        sim.host("app").start(own -> {
            client = client(own, sim, BeanstalkOptions.defaults()).onLost((same, cause) -> causes.add(cause.getMessage()));
            client.put(bytes("delete 1"), note());
            client.delete(2, done());
        });
        sim.runUntil(() -> !causes.isEmpty() && told.size() == 2);
        assertEquals("put 1024 0 60 8 on queue:11300: bad format", causes.get(0));
        assertEquals(List.of(BeanstalkError.BAD_FORMAT, BeanstalkError.OUTCOME_UNKNOWN), told);
    }

    // ---- misuse, and callbacks that throw ----

    @SimulationTest(runs = RUNS)
    void whatIsMisuseThrowsAndTellsNobody(Simulation sim) {
        start(sim, BeanstalkOptions.defaults().withMaxUnanswered(2).withMaxJobSize(10));
        assertThrows(IllegalArgumentException.class, () -> client.put(new byte[11], note()));
        assertThrows(IllegalArgumentException.class, () -> client.watch("a b", note()));
        assertThrows(IllegalArgumentException.class, () -> client.reserve(Duration.ofMillis(1), noteBody()));
        assertThrows(NullPointerException.class, () -> client.delete(1, null));
        client.delete(1, done());
        client.delete(2, done());
        String message = assertThrows(IllegalStateException.class, () -> client.delete(3, done())).getMessage();
        assertEquals("2 commands to queue:11300 are unanswered (wait for answers, or use BeanstalkOptions.withMaxUnanswered)", message);
        runUntilTold(sim, BeanstalkError.NOT_FOUND, BeanstalkError.NOT_FOUND);
        client.close();
        client.close();
        assertThrows(IllegalStateException.class, () -> client.delete(3, done()));
        assertEquals(2, told.size());
    }

    /** That is told later, and on a loop that is closed at once there is no later. */
    @SimulationTest(runs = RUNS)
    void whoWaitsForAJobIsToldThatTheClientIsClosedThoughTheLoopIsToo(Simulation sim) {
        start(sim);
        sim.advance(Duration.ofSeconds(1));
        loop.execute(() -> {
            client.reserve(noteBody());
            client.close();
            assertEquals(List.of(), told);
            loop.close();
        });
        runUntilTold(sim, BeanstalkError.CLOSED);
    }

    /** Nor is there a connection then whose end would tell it. */
    @SimulationTest(runs = RUNS)
    void withoutAConnectionTooEverybodyIsToldOnceWhenTheLoopIsClosed(Simulation sim) {
        for (boolean closesClient : new boolean[] {false, true}) {
            told.clear();
            List<String> lost = new ArrayList<>();
            Host app = sim.host("app" + closesClient);
            sim.host("queue"); // where nobody listens
            app.start(own -> {
                loop = own;
                client = client(own, sim, BeanstalkOptions.defaults()).onLost((same, cause) -> lost.add(cause.getMessage()));
                client.delete(1, done());
                client.reserve(noteBody());
            });
            sim.runUntil(() -> !lost.isEmpty());
            sim.advance(Duration.ofMillis(1));
            loop.execute(() -> {
                if (closesClient) {
                    client.close();
                }
                assertEquals(List.of(), told);
                loop.close();
            });
            runUntilTold(sim, BeanstalkError.CLOSED, BeanstalkError.CONNECTION_LOST);
            assertThrows(IllegalStateException.class, () -> client.delete(2, done()));
        }
    }

    /** Neither before the first connection is made. */
    @SimulationTest(runs = RUNS)
    void whileItConnectsEverybodyIsToldOnceWhenTheLoopIsClosed(Simulation sim) {
        sim.host("queue").start(server::start);
        sim.host("app").start(own -> {
            loop = own;
            client = client(own, sim, BeanstalkOptions.defaults());
            client.delete(1, done());
            client.reserve(noteBody());
            own.close();
        });
        sim.advance(SECOND);
        assertEquals(2, told.size());
        assertTrue(told.containsAll(List.of(BeanstalkError.CONNECTION_LOST, BeanstalkError.CLOSED)), told::toString);
    }

    /** What is added to them would be more than there is, in the middle of a command. */
    @Test
    void timesWithoutEndAreRefusedWhereTheyAreGiven() {
        Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
        BeanstalkOptions options = BeanstalkOptions.defaults();
        assertThrows(IllegalArgumentException.class, () -> options.withAnswerTimeout(forEver));
        assertThrows(IllegalArgumentException.class, () -> options.withRetry(Duration.ofMillis(1), forEver));
        assertEquals(Duration.ofDays(365), options.withAnswerTimeout(Duration.ofDays(365)).answerTimeout());
    }

    @SimulationTest(runs = RUNS)
    void aCallbackThatThrowsHarmsNoOther(Simulation sim) {
        start(sim);
        List<Throwable> uncaught = new ArrayList<>();
        loop.onUncaught((same, thrown) -> uncaught.add(thrown));
        IllegalArgumentException thrown = new IllegalArgumentException("mine");
        client.delete(1, error -> {
            throw thrown;
        });
        client.delete(2, done());
        runUntilTold(sim, BeanstalkError.NOT_FOUND);
        sim.runUntil(() -> uncaught.equals(List.of(thrown)));
    }

    // ---- closing ----

    @SimulationTest(runs = RUNS)
    void aClosedClientAnswersWhatWasAskedAndLeavesNothing(Simulation sim) {
        sim.host("queue").start(server::start);
        boolean[] over = new boolean[1];
        sim.host("app").start(own -> {
            client = client(own, sim, BeanstalkOptions.defaults());
            client.put(bytes("x"), note());
            client.watch("none", (count, error) -> { });
            client.ignore("default", (count, error) -> { });
            client.reserve(noteBody());
            client.close();
        }, own -> !(over[0] = true));
        sim.runUntil(() -> over[0] && server.connected() == 0, Duration.ofSeconds(5));
        assertEquals(2, told.size());
        assertTrue(told.contains(new Inserted(1, false)) && told.contains(BeanstalkError.CLOSED), told::toString);
    }

    @SimulationTest(runs = RUNS)
    void aClientThatFindsNoServerEndsWhenItIsClosed(Simulation sim) {
        sim.host("queue");
        boolean[] over = new boolean[1];
        sim.host("app").start(own -> {
            client = client(own, sim, BeanstalkOptions.defaults());
            client.put(bytes("x"), note());
            own.timer(Duration.ofSeconds(3), timer -> client.close());
        }, own -> !(over[0] = true));
        sim.runUntil(() -> over[0], Duration.ofSeconds(30));
        assertEquals(List.of(BeanstalkError.CONNECTION_LOST), told);
    }

    @SimulationTest(runs = RUNS)
    void aLoopThatIsShutDownEndsItsClient(Simulation sim) {
        sim.host("queue").start(server::start);
        boolean[] over = new boolean[1];
        sim.host("app").start(own -> {
            client = client(own, sim, BeanstalkOptions.defaults());
            client.reserve(noteBody());
            own.timer(Duration.ofSeconds(3), timer -> own.shutdown(Duration.ofSeconds(5)));
        }, own -> !(over[0] = true));
        sim.runUntil(() -> over[0], Duration.ofSeconds(30));
    }

    // ---- reserving ----

    @SimulationTest(runs = RUNS)
    void aWaitForAJobBlocksNobody(Simulation sim) {
        start(sim);
        client.reserve(noteBody());
        client.reserve(noteBody());
        sim.advance(Duration.ofMinutes(2));
        client.listTubeUsed(note());
        runUntilTold(sim, "default");
        client.put(bytes("x"), (job, error) -> { });
        client.put(bytes("x"), (job, error) -> { });
        runUntilTold(sim, "default", "x", "x");
    }

    @SimulationTest(runs = RUNS)
    void aReserveEndsWithItsTime(Simulation sim) {
        start(sim);
        client.reserve(Duration.ZERO, noteBody());
        runUntilTold(sim, BeanstalkError.TIMED_OUT);
        client.reserve(Duration.ofSeconds(95), noteBody()); // in pieces
        sim.advance(Duration.ofSeconds(94));
        assertEquals(1, told.size());
        sim.advance(Duration.ofSeconds(3));
        assertEquals(List.of(BeanstalkError.TIMED_OUT, BeanstalkError.TIMED_OUT), told);
        client.reserveJob(7, noteBody());
        runUntilTold(sim, BeanstalkError.TIMED_OUT, BeanstalkError.TIMED_OUT, BeanstalkError.NOT_FOUND);
    }

    @SimulationTest(runs = RUNS)
    void aReserveThatNeverReachesTheServerEndsToo(Simulation sim) {
        start(sim);
        sim.link("app", "queue").partition();
        client.reserve(Duration.ofSeconds(5), noteBody());
        sim.advance(Duration.ofSeconds(14));
        assertEquals(List.of(), told);
        sim.advance(Duration.ofSeconds(2));
        assertEquals(List.of(BeanstalkError.CONNECTION_LOST), told);
    }

    @SimulationTest(runs = RUNS)
    void aDeadConnectionThatWaitsIsFoundToBeAndReplaced(Simulation sim) {
        start(sim);
        client.reserve(noteBody());
        sim.advance(SECOND);
        Rule cut = sim.link("app", "queue").partition();
        sim.host("queue").bounce(); // whose word of it does not come through
        sim.advance(Duration.ofSeconds(50));
        cut.close();
        putUntilItIsThere("x");
        runUntilTold(sim, "x");
    }

    /** The job is on its way when the wait is cancelled. */
    @SimulationTest(runs = 50)
    void aJobThatComesAfterTheCancelIsReadyForOthersAtOnce(Simulation sim) {
        start(sim);
        sim.link("app", "queue").latency(Duration.ofMillis(100));
        Reserve cancelled = client.reserve(noteBody());
        sim.advance(SECOND);
        client.put(bytes("x"), (job, error) -> { });
        sim.runUntil(() -> server.count("reserved") == 1);
        assertTrue(cancelled.cancel());
        assertFalse(cancelled.cancel());
        sim.advance(Duration.ofMillis(250));
        assertEquals(1, server.count("ready"));
        client.reserve(noteBody());
        runUntilTold(sim, "x");
    }

    @SimulationTest(runs = RUNS)
    void aCancelledReserveIsForgottenWhereverItWas(Simulation sim) {
        start(sim);
        assertTrue(client.reserve(noteBody()).cancel()); // while it connects
        Reserve waiting = client.reserve(noteBody());
        sim.runUntil(() -> server.waiting() == 1);
        assertTrue(waiting.cancel());
        sim.runUntil(() -> server.waiting() == 0);
        sim.host("queue").crash();
        Reserve retrying = client.reserve(noteBody());
        sim.advance(Duration.ofSeconds(50));
        assertTrue(retrying.cancel());
        sim.host("queue").bounce();
        sim.advance(Duration.ofSeconds(60));
        assertEquals(0, server.waiting());
        assertEquals(List.of(), told);
    }

    // ---- a job that is held ----

    @SimulationTest(runs = RUNS)
    void aJobIsFinishedOnce(Simulation sim) {
        start(sim);
        client.put(bytes("x"), (job, error) -> { });
        client.reserve((job, error) -> {
            job.release(5, Duration.ofSeconds(2), done());
            assertThrows(IllegalStateException.class, () -> job.delete(done()));
            assertThrows(IllegalStateException.class, () -> job.touch(done()));
            client.reserve((again, e) -> again.bury(5, done()));
        });
        runUntilTold(sim, "done", "done");
        assertEquals(1, server.count("buried"));
    }

    @SimulationTest(runs = RUNS)
    void aJobWhoseTimeIsOverIsNobodysAndSaysSo(Simulation sim) {
        start(sim);
        client.put(bytes("x"), PutOptions.defaults().withTimeToRun(SECOND), (job, error) -> { });
        List<ReservedJob> held = new ArrayList<>();
        client.reserve((job, error) -> held.add(job));
        sim.runUntil(() -> held.size() == 1);
        assertTrue(held.get(0).isHeld());
        sim.advance(Duration.ofSeconds(2));
        client.reserve((job, error) -> held.add(job));
        sim.runUntil(() -> held.size() == 2);
        held.get(0).touch(done());
        held.get(0).delete(done());
        runUntilTold(sim, BeanstalkError.NOT_FOUND, BeanstalkError.NOT_FOUND);
        assertFalse(held.get(0).isHeld());
        held.get(1).delete(done());
        runUntilTold(sim, BeanstalkError.NOT_FOUND, BeanstalkError.NOT_FOUND, "done");
    }

    @SimulationTest(runs = RUNS)
    void aJobWhoseConnectionIsLostIsNotDeleted(Simulation sim) {
        start(sim);
        client.put(bytes("x"), (job, error) -> { });
        List<ReservedJob> held = new ArrayList<>();
        client.reserve((job, error) -> held.add(job));
        sim.runUntil(() -> held.size() == 1);
        sim.link("app", "queue").reset();
        sim.runUntil(() -> !held.get(0).isHeld());
        held.get(0).delete(done());
        runUntilTold(sim, BeanstalkError.CONNECTION_LOST);
        sim.runUntil(() -> server.count("ready") == 1);
    }

    @SimulationTest(runs = RUNS)
    void anAbandonedJobIsReadyAgain(Simulation sim) {
        start(sim);
        client.put(bytes("x"), (job, error) -> { });
        client.reserve((job, error) -> job.abandon());
        client.reserve(noteBody());
        runUntilTold(sim, "x");
    }

    @SimulationTest(runs = RUNS)
    void connectionsOfJobsAreUsedAgainAndNotMany(Simulation sim) {
        start(sim);
        for (int i = 0; i < 50; i++) {
            client.put(bytes("x"), (job, error) -> { });
            client.reserve((job, error) -> job.delete(done()));
        }
        sim.runUntil(() -> told.size() == 50);
        sim.advance(Duration.ofSeconds(5));
        assertEquals(9, server.connected()); // eight at rest, and that for commands
        for (int i = 0; i < 50; i++) {
            client.put(bytes("x"), (job, error) -> { });
            client.reserve((job, error) -> job.delete(done()));
            int before = told.size();
            sim.runUntil(() -> told.size() > before);
        }
        assertEquals(9, server.connected());
        assertEquals(51, server.lastConnection());
    }

    @SimulationTest(runs = RUNS)
    void aConnectionThatDiedAtRestCostsNoJob(Simulation sim) {
        start(sim);
        client.put(bytes("x"), (job, error) -> { });
        client.reserve((job, error) -> job.delete(done()));
        runUntilTold(sim, "done");
        Host queue = sim.host("queue");
        queue.crash();
        queue.bounce();
        client.reserve(noteBody());
        putUntilItIsThere("y");
        runUntilTold(sim, "done", "y");
    }

    @SimulationTest(runs = RUNS)
    void aConnectionThatWasLostAtRestIsUsedNoMore(Simulation sim) {
        start(sim);
        client.put(bytes("x"), (job, error) -> { });
        client.reserve((job, error) -> job.delete(done()));
        runUntilTold(sim, "done");
        sim.link("app", "queue").reset();
        sim.advance(SECOND);
        client.reserve(noteBody());
        putUntilItIsThere("y");
        runUntilTold(sim, "done", "y");
    }

    /** The connection for commands may be dead, too. */
    private void putUntilItIsThere(String body) {
        client.put(bytes(body), (job, error) -> {
            if (job == null) {
                putUntilItIsThere(body);
            }
        });
    }
}
