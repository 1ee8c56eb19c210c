package dev.anyloop.conformance.differential;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The same random programs on simulated hosts, compared with the model; {@code -Dseeds} says how many. */
class SimulatedTest {

    /** How many seeds one test runs, so that a long run tells how far it is. */
    private static final int BATCH = 500;

    @TestFactory
    Stream<DynamicTest> seedsGoAsTheModelSays() {
        long seeds = Long.getLong("seeds", 2_000);
        return LongStream.iterate(0, from -> from < seeds, from -> from + BATCH)
                .mapToObj(from -> DynamicTest.dynamicTest("from " + from, () -> LongStream
                        .range(from, Math.min(from + BATCH, seeds))
                        .forEach(SimulatedTest::assertSame)));
    }

    @TestFactory
    Stream<DynamicTest> everyChapterGoesAsTheModelSays() {
        return Chapters.all().entrySet().stream()
                .map(chapter -> DynamicTest.dynamicTest(chapter.getKey(), () -> chapter.getValue()
                        .forEach(scenario -> assertNone(Difference.find(scenario, Arena.SIM)))));
    }

    private static void assertSame(long seed) {
        assertNone(Difference.find(Generator.hastily(seed), Arena.SIM));
    }

    private static void assertNone(Optional<Difference> difference) {
        assertTrue(difference.isEmpty(), () -> difference.get().toString());
    }
}
