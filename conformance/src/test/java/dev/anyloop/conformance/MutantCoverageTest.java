package dev.anyloop.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.tck.report.Spec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every rule that must hold is one that some mutant breaks, so no test of it can pass for nothing. */
class MutantCoverageTest {

    /** What no decorated backend can break, and why. */
    private static final Map<String, String> UNBREAKABLE = Map.of(
            "WATCH-003", "it binds core, which no decorated backend replaces; FlightRecorderTest asks it on every engine");

    private final List<String> rules = Spec.current().rules().values().stream()
            .filter(rule -> rule.level().equals("MUST"))
            .map(Spec.Entry::id)
            .toList();
    private final Set<String> broken =
            Mutants.all().stream().flatMap(mutant -> mutant.rules().stream()).collect(Collectors.toCollection(TreeSet::new));

    @Test
    void theSpecificationWasRead() {
        assertTrue(rules.size() > 100, rules.size() + " rules");
    }

    @Test
    void everyGroupHasANameByWhichTheBuildFindsIt() {
        Mutants.GROUPS.forEach(group -> assertTrue(group.getClass().getSimpleName().endsWith("Mutants"), group::toString));
    }

    @Test
    void everyRuleHasAMutant() {
        assertNone("without a mutant", rule -> !broken.contains(rule) && !UNBREAKABLE.containsKey(rule));
    }

    @Test
    void whatNoMutantBreaksIsARuleAndBrokenByNone() {
        assertEquals(Set.of(), UNBREAKABLE.keySet().stream()
                .filter(rule -> !rules.contains(rule) || broken.contains(rule))
                .collect(Collectors.toSet()));
    }

    @Test
    void noTwoMutantsHaveTheSameBug() {
        List<String> bugs = Mutants.all().stream().map(Mutant::bug).toList();
        assertEquals(bugs.size(), Set.copyOf(bugs).size());
    }

    private void assertNone(String what, Predicate<String> found) {
        assertEquals("", rules.stream().filter(found).collect(Collectors.joining(" ")), what);
    }
}
