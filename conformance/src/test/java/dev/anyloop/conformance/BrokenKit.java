package dev.anyloop.conformance;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;
import dev.anyloop.tck.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The kit, run from within a test on a backend that is expected to fail. Not named …Test: the build must not run it. */
class BrokenKit extends EventLoopTck {

    /** A mutant that hangs is stopped soon; on a busy machine a good test may need a while, but it has no say here. */
    private static final Limits SHORT = new Limits(Duration.ofSeconds(1), Duration.ofMillis(50));

    private static EventLoopProvider current;

    @Override
    protected EventLoopProvider provider() {
        return current;
    }

    @Override
    protected Limits limits() {
        return SHORT;
    }

    @Override
    protected Path report() {
        return null; // what a broken backend does is nobody's result
    }

    /** Runs the tests that cite a rule: for each the failure, or nothing if it passed. */
    static Map<String, List<Throwable>> run(EventLoopProvider provider, String rule) {
        current = provider;
        String before = System.getProperty("tck.include");
        System.setProperty("tck.include", rule);
        try {
            Results results = new Results();
            LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                    .selectors(DiscoverySelectors.selectClass(BrokenKit.class))
                    .build();
            LauncherFactory.create().execute(request, results);
            return results.failures;
        } finally {
            restore(before);
        }
    }

    private static void restore(String before) {
        if (before == null) {
            System.clearProperty("tck.include");
        } else {
            System.setProperty("tck.include", before);
        }
    }

    private static final class Results implements TestExecutionListener {
        final Map<String, List<Throwable>> failures = new TreeMap<>();

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (test.isTest() && result.getStatus() != TestExecutionResult.Status.ABORTED) {
                List<Throwable> failure = new ArrayList<>();
                result.getThrowable().ifPresent(failure::add);
                failures.put(test.getDisplayName(), failure);
            }
        }
    }
}
