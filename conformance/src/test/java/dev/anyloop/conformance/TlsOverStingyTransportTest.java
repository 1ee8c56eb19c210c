package dev.anyloop.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.sim.crypto.CheapCrypto;
import dev.anyloop.tck.EventLoopTck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * TLS lies on the seam, and has to live with all that the seam allows: the kit's chapters about sockets, over TLS, on a transport
 * that takes and brings as little at once as it may (decision 44). {@code -Dstingy.seeds} says how often, in other pieces each time,
 * and then it is all of them that run, for a minute each; else once those about ends and completions, which pieces concern most.
 */
class TlsOverStingyTransportTest {

    private static final @Nullable Long SEEDS = Long.getLong("stingy.seeds");
    private static final String FEW_RULES = "HALF-*,CLOSE-*,READ-005,WRITE-004,WRITE-005";

    @BeforeAll
    static void computeLittle() {
        CheapCrypto.install();
    }

    @AfterAll
    static void computeAgain() {
        CheapCrypto.remove();
    }

    @TestFactory
    Stream<DynamicTest> socketsKeepTheirRules() {
        return LongStream.range(0, SEEDS == null ? 1 : SEEDS).boxed()
                .flatMap(seed -> Stream.of("1.3", "1.2").map(version -> DynamicTest.dynamicTest(
                        "over TLS " + version + ", seed " + seed, () -> assertEquals(List.of(), failures(seed, version)))));
    }

    private static List<String> failures(long seed, String version) {
        Results results = new Results();
        StingyKit.use(seed);
        String include = KitRun.set(KitRun.INCLUDE, SEEDS == null ? FEW_RULES : KitRun.ALL);
        String tls = KitRun.set(KitRun.TLS, version);
        try {
            LauncherFactory.create().execute(LauncherDiscoveryRequestBuilder.request()
                    .selectors(DiscoverySelectors.selectNestedClass(List.of(StingyKit.class), chaptersOver(version)))
                    .build(), results);
        } finally {
            KitRun.set(KitRun.INCLUDE, include);
            KitRun.set(KitRun.TLS, tls);
        }
        assertTrue(results.passed > 40, results.passed + " tests have run");
        return results.failures;
    }

    private static Class<?> chaptersOver(String version) {
        return Arrays.stream(EventLoopTck.class.getDeclaredClasses())
                .filter(nested -> nested.getSimpleName().equals("SocketsOverTls" + version.replace(".", "")))
                .findFirst().orElseThrow();
    }

    private static final class Results implements TestExecutionListener {

        private final List<String> failures = new ArrayList<>();
        private int passed;

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                failures.add(test.getDisplayName() + ": " + result.getThrowable().map(Throwable::getMessage).orElse(""));
            } else if (test.isTest() && result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
                passed++;
            }
        }
    }
}
