package dev.anyloop.adapters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.testng.ITestNGListener;
import org.testng.ITestResult;
import org.testng.TestListenerAdapter;
import org.testng.TestNG;

/**
 * The kit of Reactive Streams, reactive-streams-tck-flow, whole and on each backend. It is written for TestNG, which is run from here, so that
 * what fails there fails here, and what is not run is missed.
 */
class FlowKitTest {

    /** Of multicast, which is optional, a socket has none: its bytes come once. What the kit calls untested it has no test for. */
    @OnEachBackend
    void aSocketIsAPublisherByTheKit(String backend) {
        assertKit(backend, PublisherKit.class, 26, 5, 7);
    }

    @OnEachBackend
    void aSocketIsASubscriberByTheKit(String backend) {
        assertKit(backend, SubscriberKit.class, 11, 0, 15);
    }

    @OnEachBackend
    void aSocketIsASubscriberByTheKitThatLooksInside(String backend) {
        assertKit(backend, SubscriberFromInsideKit.class, 14, 0, 13);
    }

    private static void assertKit(String backend, Class<?> kit, int passed, int multicast, int untested) {
        TestListenerAdapter results = new TestListenerAdapter();
        TestNG testng = new TestNG(false);
        testng.setVerbose(0);
        testng.addListener((ITestNGListener) results);
        testng.setTestClasses(new Class<?>[] {kit});
        KitPeers.use(backend);
        try {
            testng.run();
        } finally {
            KitPeers.close();
        }
        assertEquals("", describe(results.getConfigurationFailures()) + describe(results.getFailedTests()));
        List<ITestResult> skipped = results.getSkippedTests();
        assertEquals("passed " + passed + ", multicast " + multicast + ", untested " + untested + ", skipped " + (multicast + untested),
                "passed " + results.getPassedTests().size() + ", multicast " + count(skipped, "optional_spec111_")
                        + ", untested " + count(skipped, "untested_") + ", skipped " + skipped.size(), () -> describe(skipped));
    }

    private static long count(List<ITestResult> results, String prefix) {
        return results.stream().filter(result -> result.getName().startsWith(prefix)).count();
    }

    private static String describe(List<ITestResult> results) {
        StringBuilder text = new StringBuilder();
        for (ITestResult result : results) {
            text.append(result.getName()).append(": ").append(result.getThrowable()).append('\n');
        }
        return text.toString();
    }
}
