package dev.anyloop.conformance.differential;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The same random programs on simulated hosts, compared with the model; {@code -Dseeds} says how many. If it does, one in a hundred is
 * played on each real engine as well.
 */
class SimulatedTest {

    private static final String SEEDS = "seeds";
    private static final long FEW = 2_000;

    /** How many seeds one test runs, so that a long run tells how far it is. */
    private static final int BATCH = 10_000;

    /** They wait for a system: of so many seeds they play one. */
    private static final long REAL_ONE_IN = 100;
    private static final int REAL_BATCH = 1_000;

    /** Whoever finds a difference adds its seed. */
    private static final long[] ONCE_FAILED = {10_447, 204_348};

    @TestFactory
    @DisabledIfSystemProperty(named = DifferentialTest.ONE, matches = ".*")
    Stream<DynamicTest> seedsGoAsTheModelSays() {
        return batches(Long.getLong(SEEDS, FEW), BATCH, SimulatedTest::play);
    }

    /** What the model says of a seed is the same for all: so they agree with each other wherever it leaves nothing free. */
    @TestFactory
    @EnabledIfSystemProperty(named = SEEDS, matches = ".*")
    @DisabledIfSystemProperty(named = DifferentialTest.ONE, matches = ".*")
    Stream<DynamicTest> theFirstOfThemGoTheSameWayOnRealEngines() {
        List<Engine> engines = Engine.DEFAULTS.stream().filter(engine -> engine.unavailability() == null).toList();
        return batches(Long.getLong(SEEDS) / REAL_ONE_IN, REAL_BATCH, (from, to) -> play(engines, from, to));
    }

    private interface Batch {
        void play(long from, long to);
    }

    private static Stream<DynamicTest> batches(long seeds, int size, Batch batch) {
        return LongStream.iterate(0, from -> from < seeds, from -> from + size)
                .mapToObj(from -> DynamicTest.dynamicTest("from " + from, () -> batch.play(from, Math.min(from + size, seeds))));
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

    /** On a machine that is busy, only the rate by the processor's time says how fast it is. */
    private static void play(long from, long to) {
        long began = System.nanoTime();
        long beganCpu = cpuNanos();
        LongStream.range(from, to).forEach(SimulatedTest::assertSame);
        System.out.printf(Locale.ROOT, "seeds %d to %d on sim: as the model says, %.0f scenarios a second, %.0f in one of processor time%n",
                from, to - 1, (to - from) * 1e9 / (System.nanoTime() - began), (to - from) * 1e9 / (cpuNanos() - beganCpu));
    }

    private static void play(List<Engine> engines, long from, long to) {
        long began = System.nanoTime();
        LongStream.range(from, to).forEach(seed -> {
            Scenario scenario = Generator.scenario(seed);
            assertNone(Difference.find(scenario, Arena.SIM));
            engines.forEach(engine -> assertNone(Difference.find(scenario, Pair.of(engine, engine))));
        });
        System.out.printf(Locale.ROOT, "seeds %d to %d on sim and on %s: the same, and as the model says, %.0f scenarios a second%n",
                from, to - 1, engines, (to - from) * 1e9 / (System.nanoTime() - began));
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    @TestFactory
    Stream<DynamicTest> everyChapterGoesAsTheModelSays() {
        return Chapters.all().entrySet().stream()
                .map(chapter -> DynamicTest.dynamicTest(chapter.getKey(), () -> chapter.getValue()
                        .forEach(scenario -> assertNone(Difference.find(scenario, Arena.SIM)))));
    }

    /** A scenario made in haste may turn out to have no end: then the one made with care is compared. */
    private static void assertSame(long seed) {
        Generator.Made made = Generator.hastily(seed);
        assertNone(Difference.find(
                made.scenario(), made.expected(), Arena.SIM, () -> Difference.find(Generator.scenario(seed), Arena.SIM)));
    }

    private static void assertNone(Optional<Difference> difference) {
        Optional<Difference> certain = difference.filter(Difference::isCertain);
        assertTrue(certain.isEmpty(), () -> certain.get().toString());
    }
}
