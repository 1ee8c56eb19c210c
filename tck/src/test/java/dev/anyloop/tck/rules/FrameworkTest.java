package dev.anyloop.tck.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedMethod;

import dev.anyloop.tck.Kit;
import dev.anyloop.tck.World;
import dev.anyloop.tck.report.Spec;
import dev.anyloop.tck.run.Jitter;
import dev.anyloop.tck.run.Seed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Who watches the watchers: the framework fails the tests that ought to fail, and says why. */
class FrameworkTest {

    private final List<String> reported = new ArrayList<>();
    private final @Nullable String includeOfTheBuild = System.getProperty(RuleExtension.INCLUDE_PROPERTY);

    /** The samples are no tests of the build, so its choice of tests is not for them. */
    @BeforeEach
    void includeAll() {
        System.setProperty(RuleExtension.INCLUDE_PROPERTY, "*");
    }

    @AfterEach
    void restoreInclude() {
        if (includeOfTheBuild == null) {
            System.clearProperty(RuleExtension.INCLUDE_PROPERTY);
        } else {
            System.setProperty(RuleExtension.INCLUDE_PROPERTY, includeOfTheBuild);
        }
    }

    private TestExecutionResult run(String method) {
        List<TestExecutionResult> results = new ArrayList<>();
        LauncherFactory.create().execute(
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(selectNestedMethod(List.of(Samples.class), Samples.Kit.class, method))
                        .build(),
                new TestExecutionListener() {
                    @Override
                    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                        if (test.isTest()) {
                            results.add(result);
                        }
                    }

                    @Override
                    public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
                        entry.getKeyValuePairs().forEach((key, value) -> reported.add(key + " " + value));
                    }

                    @Override
                    public void executionSkipped(TestIdentifier test, String reason) {
                        reported.add("skipped: " + reason);
                    }
                });
        return results.isEmpty() ? TestExecutionResult.aborted(null) : results.get(0);
    }

    private String messageOfFailed(String method) {
        TestExecutionResult result = run(method);
        assertEquals(Status.FAILED, result.getStatus(), method);
        return result.getThrowable().orElseThrow().getMessage();
    }

    private void assertFailsWith(String part, String method) {
        String message = messageOfFailed(method);
        assertTrue(message.contains(part), message);
    }

    @Test
    void aGoodTestPasses() {
        TestExecutionResult result = run("passes");
        assertEquals(Status.SUCCESSFUL, result.getStatus(), () -> result.getThrowable().orElseThrow().getMessage());
    }

    @Test
    void aFailureBeginsWithTheRulesAndEndsWithTheWayToSeeItAgain() {
        List<String> lines = messageOfFailed("failsInTheBody").lines().toList();
        assertEquals(Spec.current().sentence("TIMER-001"), lines.get(0));
        assertTrue(lines.get(0).startsWith("TIMER-001 MUST — "), lines.get(0));
        assertEquals(Spec.current().sentence("TIMER-002"), lines.get(1));
        assertEquals("  expected: <red> but was: <blue>", lines.get(2));
        assertEquals("  seed " + Seed.current().value() + ", " + Jitter.measured(), lines.get(3));
        assertEquals("  rerun: mvn test -Dtest=Samples -Dtck.include=failsInTheBody -Dtck.seed="
                + Seed.current().value(), lines.get(4));
        assertEquals(5, lines.size());
    }

    @Test
    void aBreachOfAShouldIsToldAndFailsNobody() {
        TestExecutionResult result = run("breachesAShould");
        assertEquals(Status.ABORTED, result.getStatus());
        String message = result.getThrowable().orElseThrow().getMessage();
        assertTrue(message.startsWith("LISTEN-014 SHOULD — ") && message.contains("it does not"), message);
    }

    @Test
    void aShouldExcusesNoMust() {
        assertFailsWith("it does not", "breachesAShouldAndAMust");
    }

    @Test
    void whatACallbackThrowsFailsTheTest() {
        assertFailsWith("not this way", "failsInACallback");
    }

    @Test
    void aLoopThatHangsIsStoppedAndWhereItIsComesLast() {
        List<String> lines = messageOfFailed("hangs").lines().toList();
        assertEquals("  the loop is still running after PT0.5S", lines.get(1));
        assertTrue(lines.get(3).startsWith("  rerun: "), lines.get(3));
        assertTrue(lines.get(4).contains("loop"), lines.get(4)); // what describe() says
        String threads = String.join("\n", lines.subList(5, lines.size()));
        assertTrue(threads.contains("\n  \"" + Thread.currentThread().getName() + "\" "), threads);
        assertTrue(threads.contains("Samples$Kit.hangs"), threads);
        assertFalse(threads.contains("tck-watchdog") || threads.contains("org.junit"), threads);
    }

    @Test
    void theThreadsOfWhatHangsAreToldFromWithinAnotherFailure() {
        String message = messageOfFailed("hangsInsideSomething");
        assertTrue(message.contains("  in something: the loop is still running"), message);
        assertTrue(message.contains("Samples$Kit.hangsInsideSomething"), message);
    }

    @Test
    void aFailureThatLeadsBackToItselfIsTold() {
        assertFailsWith("  also: java.lang.IllegalStateException: because of the first", "failsInACircle");
    }

    @Test
    void whatAProcessDiedOfComesFirst() {
        List<String> lines = messageOfFailed("failsBecauseOfAProcess").lines().toList();
        assertEquals(List.of("  the process failed:", "out of something", "  also: java.lang.AssertionError: nobody answers"),
                lines.subList(1, 4));
    }

    @Test
    void aThreadLeftBehindFailsTheTest() {
        assertFailsWith("left behind: thread \"left-over\"", "leavesAThread");
    }

    @Test
    void aDescriptorLeftBehindFailsTheTest() throws IOException {
        assumeTrue(!World.real().descriptors().isEmpty(), "this system does not show its descriptors");
        assertFailsWith("left behind: descriptor socket:[", "leavesADescriptor");
        Samples.leftOpen.close();
    }

    @Test
    void aPeerThatFailsEndsTheLoopAndFailsTheTest() {
        assertFailsWith("the peer is not content", "aPeerFails");
    }

    @Test
    void aHelperThatWaitsForAFailedLoopIsNotWaitedFor() {
        List<String> lines = messageOfFailed("leavesAHelperWaiting").lines().toList();
        assertEquals("  before the helper was told", lines.get(1));
        assertEquals("  also: java.lang.InterruptedException", lines.get(2));
    }

    @Test
    void aCallbackInsideAnotherFailsTheTest() {
        assertFailsWith("data callback inside the init callback", "callsBackInsideACall");
    }

    @Test
    void aCallbackOnAnotherThreadFailsTheTest() {
        assertFailsWith("data callback on thread tck-helper", "callsBackOnAnotherThread");
    }

    @Test
    void aCloseThatNeverComesFailsTheTest() {
        assertFailsWith("no close callback", "loosesTheClose");
    }

    @Test
    void aCompletionThatNeverComesFailsTheTest() {
        assertFailsWith("closed before the completions [never]", "loosesACompletion");
    }

    @Test
    void anAssumptionInACallbackAbortsTheTest() {
        assertEquals(Status.ABORTED, run("isNotForThisMachine").getStatus());
    }

    @Test
    void aStochasticTestPassesByMajorityAndSaysSo() {
        assertEquals(Status.SUCCESSFUL, run("passesTwiceOfThrice").getStatus());
        assertEquals(List.of("TIMER-013 PASS 2/3"), reported);
    }

    @Test
    void aStochasticTestThatPassesTooSeldomFails() {
        assertFailsWith("too few tries passed", "passesOnceOfThrice");
        assertEquals(List.of("TIMER-013 FAIL 1/3"), reported);
    }

    @Test
    void theFilterChoosesByRuleAndByName() {
        assertEquals("", skippedWith("TIMER-*"));
        assertEquals("", skippedWith("CONN-001, passes"));
        assertEquals("skipped: not in tck.include=TIMER-002", skippedWith("TIMER-002"));
    }

    private String skippedWith(String include) {
        System.setProperty(RuleExtension.INCLUDE_PROPERTY, include);
        reported.clear();
        run("passes");
        return String.join("", reported);
    }
}
