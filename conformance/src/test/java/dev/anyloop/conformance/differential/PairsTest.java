package dev.anyloop.conformance.differential;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Server on one backend, client on another: connect, read, write, half-close and close, and a few random scenarios. Pairs of
 * the backends as they are by default; with {@code -Dpairs=all} of all transports, and longer.
 */
class PairsTest {

    private static final boolean ALL = "all".equals(System.getProperty("pairs"));
    private static final long SEEDS = ALL ? 100 : 5;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(ALL ? 8 : 1);

    @TestFactory
    Stream<DynamicContainer> everyServerUnderstandsEveryClient() {
        return Pair.all(ALL ? Engine.ALL : Engine.DEFAULTS).stream()
                .map(pair -> DynamicContainer.dynamicContainer("server, client on " + pair, tests(pair)));
    }

    @Test
    void everyChapterAlwaysComesToItsEnd() {
        Chapters.all().forEach((name, scenarios) ->
                scenarios.forEach(scenario -> assertNotNull(Expectation.of(scenario), name + "\n" + scenario)));
    }

    private static Stream<DynamicTest> tests(Pair pair) {
        Stream<DynamicTest> chapters = Chapters.all().entrySet().stream()
                .map(chapter -> DynamicTest.dynamicTest(chapter.getKey(), () -> chapter.getValue()
                        .forEach(scenario -> assertSame(scenario, pair))));
        return Stream.concat(chapters, Stream.of(DynamicTest.dynamicTest("random", () -> random(pair))));
    }

    /** As many seeds as there is time for: the busier the machine, the fewer. */
    private static void random(Pair pair) {
        long began = System.nanoTime();
        for (long seed = 0; seed < SEEDS && System.nanoTime() - began < LIMIT_NANOS; seed++) {
            assertSame(Generator.scenario(seed), pair);
        }
    }

    private static void assertSame(Scenario scenario, Pair pair) {
        pair.server().require();
        pair.client().require();
        Optional<Difference> difference = Difference.find(scenario, pair);
        assertTrue(difference.isEmpty(), () -> difference.get().toString());
    }
}
