package dev.anyloop.conformance;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.anyloop.Capability;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each mutant is killed by each rule it breaks, with a message that says which and what was expected. The groups of mutants
 * are the tests, because most of their time is waiting, and processes can do that side by side. One that hangs is the
 * watchdog's business.
 */
abstract class MutantTest {

    abstract List<Mutant> mutants();

    /** What they break that not every backend has. */
    Set<Capability> needs() {
        return Set.of();
    }

    @TestFactory
    Stream<DynamicTest> everyMutantIsKilledByTheRulesItBreaks() {
        return mutants().stream()
                .flatMap(mutant -> mutant.rules().stream().map(rule -> DynamicTest.dynamicTest(
                        rule + ": " + mutant.bug(), () -> assertKilled(mutant, rule))));
    }

    static void assertKilled(Mutant mutant, String rule) {
        Map<String, List<Throwable>> results = mutant.run(rule, failure -> explains(failure, rule));
        assertFalse(results.isEmpty(), "no test of " + rule + " ran");
        List<Throwable> failures = results.values().stream().flatMap(List::stream).toList();
        if (failures.isEmpty()) {
            fail("survived: " + mutant + "\n  passed: " + results.keySet());
        }
        assertTrue(failures.stream().anyMatch(failure -> explains(failure, rule)),
                () -> "killed, but without a word of " + rule + ": " + failures);
    }

    /** The message begins with a line for each rule that the test is about. */
    private static boolean explains(Throwable failure, String rule) {
        String message = String.valueOf(failure.getMessage());
        return message.lines().takeWhile(line -> !line.startsWith(" ")).anyMatch(line -> line.startsWith(rule + " "))
                && !message.contains("NullPointerException");
    }
}
