package dev.anyloop.conformance;

import dev.anyloop.tck.Kit;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A run of some of the kit's tests from within a test, on a backend that is expected to fail. */
final class KitRun implements TestExecutionListener {

    /** A mutant that hangs is stopped soon; on a busy machine a good test may need a while, but it has no say here. */
    static final Limits SHORT = new Limits(Duration.ofSeconds(1), Duration.ofMillis(50));

    /** Where even a good backend needs more: for a process that has to start, for a look at what happens in two seconds. */
    private static final Set<String> SLOW_RULES = Set.of("LISTEN-009", "RES-004", "RES-005", "RES-007", "RES-008",
            "RES-010");

    static final String INCLUDE = "tck.include";
    static final String TLS = "tck.tls";
    private static final String NOTHING_MORE = "-";

    /** Instead of a rule. */
    static final String ALL = "*";

    /** The tests of each kit: to find them takes JUnit longer than most mutants live. */
    private static final Map<Class<? extends Kit>, TestPlan> TESTS = new ConcurrentHashMap<>();

    private final Predicate<Throwable> enough;
    private final Map<String, List<Throwable>> failures = new TreeMap<>();

    private KitRun(Predicate<Throwable> enough) {
        this.enough = enough;
    }

    /**
     * Runs the tests that cite a rule, or all, until one fails in a way that is enough.
     *
     * @return for each test that ran its failure, or nothing if it passed
     */
    static Map<String, List<Throwable>> of(Class<? extends Kit> kit, String rule, Predicate<Throwable> enough) {
        String before = set(INCLUDE, rule);
        String tls = set(TLS, "none"); // what is planted shows in plain
        try {
            KitRun run = new KitRun(enough);
            LauncherFactory.create().execute(request(citing(kit, rule)), run);
            return run.failures;
        } finally {
            set(INCLUDE, before);
            set(TLS, tls);
        }
    }

    private static LauncherDiscoveryRequest request(List<? extends DiscoverySelector> selected) {
        return LauncherDiscoveryRequestBuilder.request().selectors(selected).build();
    }

    /** All tests of a kit, or those that have a rule; those over TLS, too, which do not run. */
    private static List<? extends DiscoverySelector> citing(Class<? extends Kit> kit, String rule) {
        DiscoverySelector whole = DiscoverySelectors.selectClass(kit);
        if (rule.equals(ALL)) {
            return List.of(whole);
        }
        TestPlan tests = TESTS.computeIfAbsent(kit, all -> LauncherFactory.create().discover(request(List.of(whole))));
        return tests.getRoots().stream()
                .flatMap(root -> tests.getDescendants(root).stream())
                .filter(test -> test.getSource().filter(source -> cites(source, rule)).isPresent())
                .map(test -> DiscoverySelectors.selectUniqueId(test.getUniqueId()))
                .toList();
    }

    private static boolean cites(TestSource source, String rule) {
        return source instanceof MethodSource method
                && List.of(method.getJavaMethod().getAnnotation(Rule.class).value()).contains(rule);
    }

    /** How long the tests that run now may wait. */
    static Limits limits() {
        return SLOW_RULES.contains(System.getProperty(INCLUDE)) ? Limits.defaults() : SHORT;
    }

    /** Tells what was there before, which may be nothing. */
    static @Nullable String set(String property, @Nullable String value) {
        return value == null ? System.clearProperty(property) : System.setProperty(property, value);
    }

    /** The kit looks at the property before each test. */
    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest() && result.getStatus() != TestExecutionResult.Status.ABORTED) {
            List<Throwable> failure = new ArrayList<>();
            result.getThrowable().ifPresent(failure::add);
            failures.put(test.getDisplayName(), failure);
            if (failure.stream().anyMatch(enough)) {
                System.setProperty(INCLUDE, NOTHING_MORE);
            }
        }
    }
}
