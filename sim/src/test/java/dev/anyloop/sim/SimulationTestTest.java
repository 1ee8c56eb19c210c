package dev.anyloop.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import dev.anyloop.EventLoop;
import dev.anyloop.Socket;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.Event;

/** What {@code @SimulationTest} makes of tests that pass, fail, prove nothing, or do not repeat. */
class SimulationTestTest {

    private static boolean inside;

    /** The samples are for the tests of this class, not for the build. */
    static boolean isInside() {
        return inside;
    }

    private static EngineExecutionResults run(Class<?> sample) {
        inside = true;
        try {
            return EngineTestKit.engine("junit-jupiter").selectors(selectClass(sample)).execute();
        } finally {
            inside = false;
        }
    }

    private static String failure(Class<?> sample) {
        return failure(sample, 1);
    }

    /** The first of so many. */
    private static String failure(Class<?> sample, int count) {
        return thrown(sample, count).getMessage();
    }

    private static Throwable thrown(Class<?> sample, int count) {
        List<Event> failed = run(sample).testEvents().failed().list();
        assertEquals(count, failed.size(), failed::toString);
        return failed.get(0).getRequiredPayload(TestExecutionResult.class).getThrowable().orElseThrow();
    }

    private static void echo(EventLoop loop) {
        loop.listen(null, 7, (server, socket) -> socket.onRead(Socket::write));
    }

    @EnabledIf("dev.anyloop.sim.SimulationTestTest#isInside")
    static class Passing {
        @SimulationTest(runs = 5)
        void passes(Simulation sim) {
            sim.host("server").start(SimulationTestTest::echo);
            sim.host("client").start(loop -> loop.connect("server", 7));
            sim.advance(Duration.ofSeconds(1));
        }
    }

    @Test
    void eachRunIsATestAndTheFirstIsMadeTwice() {
        run(Passing.class).testEvents().assertStatistics(stats -> stats.started(6).succeeded(6));
    }

    @EnabledIf("dev.anyloop.sim.SimulationTestTest#isInside")
    static class Failing {
        @SimulationTest(runs = 1)
        void fails(Simulation sim) {
            sim.host("server").start(SimulationTestTest::echo);
            Log log = new Log();
            sim.host("client").start(loop -> log.of(loop.connect("server", 7)));
            Rule slow = sim.link("client", "server").latency(Duration.ofMillis(5));
            sim.advance(Duration.ofSeconds(1));
            sim.link("client", "server").reset();
            sim.advance(Duration.ofSeconds(1));
            slow.close();
            assertEquals("connect", log.toString());
        }
    }

    @Test
    void aFailureTellsHowToRepeatItAndWhichFaultsMatter() {
        String message = failure(Failing.class, 2);
        assertTrue(message.contains("-Dtest=Failing#fails -Danyloop.sim.seed="), message);
        assertTrue(message.contains("faults: [latency PT0.005S to PT0.005S on client <-> server, reset client <-> server]"), message);
        assertTrue(message.contains("that matter: [reset client <-> server]"), message);
        assertTrue(message.contains("gets RST from"), message);
        assertTrue(message.contains("sockets"), message);
    }

    @EnabledIf("dev.anyloop.sim.SimulationTestTest#isInside")
    static class Waiting {
        @SimulationTest(runs = 1)
        void fails(Simulation sim) {
            sim.host("server").start(SimulationTestTest::echo);
            sim.runUntil(() -> false, Duration.ofSeconds(1));
        }
    }

    @Test
    void aFailureThatTellsWhatEveryHostDidIsNotToldItAgain() {
        StringWriter printed = new StringWriter();
        thrown(Waiting.class, 2).printStackTrace(new PrintWriter(printed));
        String text = printed.toString();
        assertTrue(text.indexOf("not come to hold within PT1S") < text.indexOf("repeat: "), text);
        assertEquals(2, text.split("of virtual time", -1).length, text);
        assertTrue(text.contains("Waiting.fails(SimulationTestTest.java:"), text);
    }

    @EnabledIf("dev.anyloop.sim.SimulationTestTest#isInside")
    static class Prepared {
        private Log log;

        @BeforeEach
        void prepare() {
            log = new Log();
        }

        @SimulationTest(runs = 1)
        void fails(Simulation sim) {
            sim.host("server").start(SimulationTestTest::echo);
            sim.host("client").start(loop -> log.of(loop.connect("server", 7)));
            sim.link("client", "server").latency(Duration.ofMillis(5));
            sim.advance(Duration.ofSeconds(1));
            assertEquals("", log.toString());
        }
    }

    @Test
    void aFailureThatIsNoneOfTheMethodByItselfBlamesNoFault() {
        String message = failure(Prepared.class, 2);
        assertTrue(message.contains("that matter: not known, since the method by itself"), message);
        assertTrue(message.contains("@BeforeEach"), message);
    }

    @EnabledIf("dev.anyloop.sim.SimulationTestTest#isInside")
    static class Stormy {
        @SimulationTest(runs = 1)
        void fails(Simulation sim) {
            for (int i = 0; i < 101; i++) {
                sim.host("a").bounce();
            }
            throw new ArithmeticException("planned");
        }
    }

    @Test
    void amongTooManyFaultsNoneIsBlamed() {
        String message = failure(Stormy.class, 2);
        assertTrue(message.contains("that matter: not looked for among so many"), message);
    }

    @EnabledIf("dev.anyloop.sim.SimulationTestTest#isInside")
    static class Idle {
        @SimulationTest(runs = 3)
        void provesNothing(Simulation sim) {
            sim.host("server").start(SimulationTestTest::echo);
            sim.host("client");
            Rule cut = sim.link("client", "server").partition();
            sim.advance(Duration.ofSeconds(1));
            cut.close();
        }
    }

    @Test
    void aFaultThatChangesNothingFails() {
        String message = failure(Idle.class);
        assertTrue(message.contains("changed nothing in any of 3 runs: [partition on client <-> server]"), message);
    }

    @EnabledIf("dev.anyloop.sim.SimulationTestTest#isInside")
    static class Moody {
        private static int runs;

        @SimulationTest(runs = 1)
        void doesNotRepeat(Simulation sim) {
            runs++;
            sim.host("server").start(SimulationTestTest::echo);
            sim.host("client").start(loop -> loop.connect("server", 7).onConnect(socket -> socket.write("x".repeat(runs))));
            sim.advance(Duration.ofSeconds(1));
        }
    }

    @Test
    void aRunThatDoesNotRepeatFails() {
        String message = failure(Moody.class);
        assertTrue(message.contains("did not go the same way twice"), message);
    }

    @EnabledIf("dev.anyloop.sim.SimulationTestTest#isInside")
    static class Unused {
        @SimulationTest(runs = 0)
        void never(Simulation sim) {}
    }

    @Test
    void noRunsAreRefused() {
        run(Unused.class).containerEvents().failed().assertEventsMatchExactly(
                event(finishedWithFailure(message(text -> text.contains("runs = 0")))));
    }
}
