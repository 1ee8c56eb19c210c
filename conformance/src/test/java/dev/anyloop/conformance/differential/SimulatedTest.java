package dev.anyloop.conformance.differential;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The same random programs on simulated hosts, compared with the model; {@code -Dseeds} says how many. */
class SimulatedTest {

    private static final long FEW = 2_000;

    /** How many seeds one test runs, so that a long run tells how far it is. */
    private static final int BATCH = 10_000;

    /** Whoever finds a difference adds its seed. */
    private static final long[] ONCE_FAILED = {10_447, 204_348};

    @TestFactory
    @DisabledIfSystemProperty(named = DifferentialTest.ONE, matches = ".*")
    Stream<DynamicTest> seedsGoAsTheModelSays() {
        long seeds = Long.getLong("seeds", FEW);
        return LongStream.iterate(0, from -> from < seeds, from -> from + BATCH)
                .mapToObj(from -> DynamicTest.dynamicTest("from " + from, () -> play(from, Math.min(from + BATCH, seeds))));
    }

    @TestFactory
    Stream<DynamicTest> seedsThatOnceFailedGoAsTheModelSays() {
        return LongStream.of(ONCE_FAILED).mapToObj(seed -> DynamicTest.dynamicTest("" + seed, () -> assertSame(seed)));
    }

    @TestFactory
    @EnabledIfSystemProperty(named = DifferentialTest.ONE, matches = ".*")
    Stream<DynamicTest> theGivenSeedGoesAsTheModelSays() {
        return Stream.of(Arena.SIM)
                .filter(sim -> System.getProperty(DifferentialTest.ON, "sim").equals(sim.toString()))
                .map(sim -> DynamicTest.dynamicTest(sim.toString(), () -> assertSame(Long.getLong(DifferentialTest.ONE))));
    }

    private static void play(long from, long to) {
        long began = System.nanoTime();
        LongStream.range(from, to).forEach(SimulatedTest::assertSame);
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(Locale.ROOT, "seeds %d to %d: no difference, %.0f scenarios a second%n", from, to - 1, (to - from) / seconds);
    }

    @TestFactory
    Stream<DynamicTest> everyChapterGoesAsTheModelSays() {
        return Chapters.all().entrySet().stream()
                .map(chapter -> DynamicTest.dynamicTest(chapter.getKey(), () -> chapter.getValue()
                        .forEach(scenario -> assertNone(Difference.find(scenario, Arena.SIM)))));
    }

    /** A scenario made in haste may turn out to have no end: then the one made with care is compared. */
    private static void assertSame(long seed) {
        assertNone(Difference.find(
                Generator.hastily(seed), Arena.SIM, () -> Difference.find(Generator.scenario(seed), Arena.SIM)));
    }

    private static void assertNone(Optional<Difference> difference) {
        Optional<Difference> certain = difference.filter(Difference::isCertain);
        assertTrue(certain.isEmpty(), () -> certain.get().toString());
    }
}
