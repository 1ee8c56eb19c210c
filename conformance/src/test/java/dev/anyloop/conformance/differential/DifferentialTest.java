package dev.anyloop.conformance.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The same random programs on all backends and pairs of them, compared with the model. {@code -Ddifferential.seeds} says
 * how many, {@code -Ddifferential.seed} and {@code -Ddifferential.on} run one again.
 */
class DifferentialTest {

    static final String ONE = "differential.seed";
    static final String ON = "differential.on";

    /** How many seeds one test runs, so that a long run tells how far it is. */
    private static final int BATCH = 50;

    private static final List<Pair> PAIRS = Pair.all(
            Engine.ALL.stream().filter(engine -> engine.unavailability() == null).toList());

    @TestFactory
    Stream<DynamicTest> everyEngineIsAvailable() {
        return Engine.ALL.stream().map(engine -> DynamicTest.dynamicTest(engine.name(), engine::require));
    }

    /** Another seed, another pair: all pairs get their share. */
    @TestFactory
    @DisabledIfSystemProperty(named = ONE, matches = ".*")
    Stream<DynamicTest> fixedSeedsGoAsTheModelSays() {
        long seeds = Long.getLong("differential.seeds", 200);
        return LongStream.iterate(0, from -> from < seeds, from -> from + BATCH)
                .mapToObj(from -> DynamicTest.dynamicTest("from " + from, () -> LongStream
                        .range(from, Math.min(from + BATCH, seeds))
                        .forEach(seed -> assertSame(seed, PAIRS.get((int) (seed % PAIRS.size()))))));
    }

    @Test
    @DisabledIfSystemProperty(named = ONE, matches = ".*")
    void aFreshSeedGoesAsTheModelSaysOnEveryEngine() {
        long seed = ThreadLocalRandom.current().nextInt(1_000_000_000);
        System.out.println("differential.seed=" + seed);
        PAIRS.stream().filter(pair -> pair.server() == pair.client()).forEach(pair -> assertSame(seed, pair));
    }

    /** Whoever finds a difference adds its seed to the list. */
    @TestFactory
    @DisabledIfSystemProperty(named = ONE, matches = ".*")
    Stream<DynamicTest> seedsThatOnceFailedGoAsTheModelSays() throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                DifferentialTest.class.getResourceAsStream("regression-seeds.txt"), StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" "))
                    .map(words -> DynamicTest.dynamicTest(words[0] + " on " + words[1],
                            () -> assertSame(Long.parseLong(words[0]), Pair.named(words[1]))))
                    .toList().stream();
        }
    }

    @TestFactory
    @EnabledIfSystemProperty(named = ONE, matches = ".*")
    Stream<DynamicTest> theGivenSeedGoesAsTheModelSays() {
        String only = System.getProperty(ON);
        return PAIRS.stream()
                .filter(pair -> only == null || pair.toString().equals(only))
                .map(pair -> DynamicTest.dynamicTest(
                        pair.toString(), () -> assertSame(Long.getLong(ONE), pair)));
    }

    /** The mask must not eat the test: see {@link Freedom}. */
    @Test
    void mostEndsAreComparedInEveryField() {
        long exact = 0;
        long ends = 0;
        for (long seed = 0; seed < 100; seed++) {
            Scenario scenario = Generator.scenario(seed);
            exact += Expectation.of(scenario).exact();
            ends += 2L * scenario.exchanges().size();
        }
        assertTrue(exact > 0.6 * ends, exact + " of " + ends);
    }

    @Test
    void aSeedMeansTheSameScenarioEveryTime() {
        assertEquals(Generator.scenario(17), Generator.scenario(17));
    }

    private static void assertSame(long seed, Arena arena) {
        Optional<Difference> difference = Difference.find(seed, arena);
        assertTrue(difference.isEmpty(), () -> difference.get().toString());
    }
}
