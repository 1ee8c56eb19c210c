package dev.anyloop.tck.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.LoopCallback;
import dev.anyloop.LoopOptions;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.fake.FakeEventLoopProvider;
import dev.anyloop.tck.rules.ChildJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A test that hangs is ended, wherever it does so. The class path is that of the build, so JUnit finds the watchdog there. */
class TestWatchdogTest {

    private static final CountDownLatch NEVER = new CountDownLatch(1);

    static class InATest {
        private final Thread made = Thread.currentThread();

        @Test
        void hangs() throws InterruptedException {
            assertEquals(made, Thread.currentThread()); // as loops in fields need it
            NEVER.await();
        }

        @Test
        void isGood() {}
    }

    static class BeforeATest {
        @BeforeEach
        void hangs() throws InterruptedException {
            NEVER.await();
        }

        @Test
        void isGood() {}
    }

    static class InADynamicTest {
        @TestFactory
        DynamicTest made() {
            return DynamicTest.dynamicTest("of a factory", NEVER::await);
        }
    }

    static class AndSwallowsTheInterrupt {
        @Test
        void hangs() {
            try {
                NEVER.await();
            } catch (InterruptedException e) {
                // It passes, in its own view.
            }
        }
    }

    static class AndHeedsNothing {
        @Test
        void spins() {
            runLoop(loop -> {
                while (NEVER.getCount() > 0) {
                    Thread.onSpinWait();
                }
            });
        }
    }

    private static void runLoop(LoopCallback init) {
        new FakeEventLoopProvider().open(LoopOptions.defaults()).run(init);
    }

    /** What the process does. */
    static final class Build implements TestExecutionListener {

        public static void main(String[] args) throws ClassNotFoundException {
            runLoop(loop -> { }); // before time counts: where a test is when it is over must not be where classes are loaded
            LauncherFactory.create().execute(
                    LauncherDiscoveryRequestBuilder.request()
                            .selectors(DiscoverySelectors.selectClass(Class.forName(args[0])))
                            .build(),
                    new Build());
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (test.isTest()) {
                System.out.println(test.getDisplayName() + " " + result.getStatus());
                result.getThrowable().ifPresent(thrown -> thrown.printStackTrace(System.out));
            }
        }
    }

    private static ChildJvm build(Class<?> tests, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("-Dtck.timeoutFactor=0.05", "-Danyloop.test.patience=1"));
        all.addAll(List.of(options));
        return ChildJvm.run(Build.class, tests, Limits.defaults(), all.toArray(String[]::new));
    }

    private static void assertFails(Class<?> tests, String test, String where, String... options) throws Exception {
        ChildJvm build = build(tests, options);
        String out = build.out();
        assertEquals(0, build.exit(), build::toString);
        assertTrue(out.contains(test + " FAILED"), out);
        assertTrue(out.matches("(?s).*" + Pattern.quote(tests.getName()) + ": [^\\n]*" + Pattern.quote(test + " is still running after PT0.5S") + ".*"), out);
        assertTrue(out.contains(where + "("), out);
    }

    @Test
    void aTestThatHangsFailsByNameWithWhereItWasAndTheNextOneRuns() throws Exception {
        assertFails(InATest.class, "hangs()", "$InATest.hangs");
        assertTrue(build(InATest.class).out().contains("isGood() SUCCESSFUL"));
    }

    @Test
    void soDoesOneOfNoKitWhereProcessesShareThose() throws Exception {
        assertFails(InATest.class, "hangs()", "$InATest.hangs", "-Dtck.jobs=2");
    }

    @Test
    void soDoesOneWhosePreparationHangs() throws Exception {
        assertFails(BeforeATest.class, "isGood()", "$BeforeATest.hangs");
    }

    @Test
    void soDoesOneThatIsMade() throws Exception {
        assertFails(InADynamicTest.class, "of a factory", "CountDownLatch.await");
    }

    @Test
    void soDoesOneThatPassesOnceItIsInterrupted() throws Exception {
        assertFails(AndSwallowsTheInterrupt.class, "hangs()", "$AndSwallowsTheInterrupt.hangs");
    }

    @Test
    void theProcessOfOneThatHeedsNothingEndsAndSaysWhereItWas() throws Exception {
        ChildJvm build = build(AndHeedsNothing.class, "-Danyloop.test.grace=1");
        assertEquals(1, build.exit(), build::toString);
        assertEquals("", build.out());
        assertTrue(build.err().startsWith(AndHeedsNothing.class.getName() + ": spins() is still running after PT0.5S"), build.err());
        assertTrue(build.err().contains("TestWatchdogTest$AndHeedsNothing.lambda$spins"), build.err());
    }
}
