package dev.anyloop.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.conformance.differential.Difference;
import dev.anyloop.conformance.differential.Engine;
import dev.anyloop.conformance.differential.Pair;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The differential runs notice a broken backend, and say it with a small scenario. */
class DifferentialMutantTest {

    private static final Duration LIMIT = Duration.ofSeconds(1);

    @TestFactory
    Stream<DynamicTest> aBugIsFoundAndItsScenarioShrunk() {
        return Stream.of("bytes come twice", "an end is reported as a failure", "the end of the output is never sent")
                .map(bug -> DynamicTest.dynamicTest(bug, () -> assertFound(mutant(bug))));
    }

    private static Mutant mutant(String bug) {
        return Mutants.all().stream().filter(mutant -> mutant.bug().equals(bug)).findFirst().orElseThrow();
    }

    private static void assertFound(Mutant mutant) {
        Engine good = new Engine("nio", () -> EventLoop.open(LoopOptions.defaults().withBackend("nio")));
        Engine broken = new Engine("broken", () -> mutant.provider().open(LoopOptions.defaults()));
        Optional<Difference> found = LongStream.range(0, 50)
                .mapToObj(seed -> Difference.find(seed, new Pair(good, broken, LIMIT)))
                .flatMap(Optional::stream)
                .findFirst();
        assertTrue(found.isPresent(), "nothing was noticed");
        assertTrue(found.get().steps() <= 4, () -> "not shrunk: " + found.get());
        assertTrue(found.get().toString().lines().anyMatch(line -> line.startsWith("!")), found.get()::toString);
    }
}
