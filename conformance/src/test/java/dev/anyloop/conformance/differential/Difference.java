package dev.anyloop.conformance.differential;

import static java.util.stream.Collectors.joining;

import dev.anyloop.conformance.differential.Trace.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A scenario that did not go on a pair of engines as the model says. */
public record Difference(Scenario scenario, Arena arena, Run.Result actual, List<Line> lines) {

    private static final String FORMAT = "%s %-32s %-44s %s%n";
    private static final String ANY = "(any)";

    /** So many plays of the model, when fewer did not agree with what was seen, and then ever more. */
    private static final int FIRST_DOUBT = 6;

    /** What was compared: a field of one end, or what a loop did besides. */
    record Line(int connection, Side side, @Nullable Field field, String expected, String actual) {

        boolean isSame() {
            return expected.equals(ANY) || expected.equals(actual);
        }

        @Override
        public String toString() {
            String what = field == null ? side + " loop" : connection + " " + side + " " + field;
            return String.format(FORMAT, isSame() ? " " : "!", what.toLowerCase(Locale.ROOT), expected, actual);
        }
    }

    /** Runs the scenario of a seed somewhere: the shrunk difference from the model, if there is one. */
    public static Optional<Difference> find(long seed, Arena arena) {
        Scenario scenario = Generator.scenario(seed);
        return find(scenario, arena)
                .filter(Difference::isCertain)
                .map(found -> Optional.of(new Shrinker(found).shrunk()).filter(Difference::isCertain).orElse(found));
    }

    /** Whether it still is one when the model is asked so often that it overlooks nothing. */
    boolean isCertain() {
        return Optional.ofNullable(Expectation.thoroughly(scenario))
                .flatMap(expected -> between(expected, scenario, actual, arena))
                .isPresent();
    }

    /** As it is; also nothing for a scenario that need not come to an end. */
    static Optional<Difference> find(Scenario scenario, Arena arena) {
        Expectation hasty = Expectation.hastily(scenario);
        return hasty == null ? Optional.empty() : find(scenario, hasty, arena, Optional::empty);
    }

    /**
     * As it is.
     *
     * @param hasty what a few plays of the model came to
     * @param endless what to answer for a scenario that need not come to an end
     */
    static Optional<Difference> find(Scenario scenario, Expectation hasty, Arena arena, Supplier<Optional<Difference>> endless) {
        Run.Result actual = arena.play(scenario);
        Expectation expected = hasty;
        for (int plays = FIRST_DOUBT; expected != null && !expected.agrees(scenario, actual); plays *= 4) {
            if (plays > Expectation.PLAYS) {
                return between(expected, scenario, actual, arena);
            }
            expected = Expectation.of(scenario, plays);
        }
        return expected == null ? endless.get() : Optional.empty();
    }

    private static Optional<Difference> between(
            Expectation expected, Scenario scenario, Run.Result actual, Arena arena) {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < actual.connections().size(); i++) {
            for (Side side : Side.values()) {
                Map<Field, String> fields = expected.connections().get(i).get(side);
                Trace trace = actual.connections().get(i).get(side);
                for (Field field : Field.values()) {
                    lines.add(new Line(i, side, field, fields.getOrDefault(field, ANY), trace.get(field)));
                }
            }
        }
        for (Side side : Side.values()) {
            lines.add(new Line(-1, side, null, scenario.chores(side).expected(), actual.loops().get(side)));
        }
        return lines.stream().allMatch(Line::isSame) ? Optional.empty() : Optional.of(new Difference(scenario, arena, actual, lines));
    }

    /** How many steps the scenario has. */
    public long steps() {
        return scenario.exchanges().stream()
                .mapToLong(exchange -> exchange.client().steps().size() + exchange.server().steps().size())
                .sum();
    }

    @Override
    public String toString() {
        return "seed " + scenario.seed() + ", server and client on " + arena + ", shrunk to:\n" + scenario
                + String.format(FORMAT, " ", "", "model", "seen") + lines.stream().map(Line::toString).collect(joining())
                + "Rerun: mvn test -pl conformance -am -Dtest=DifferentialTest,SimulatedTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Ddifferential.seed=" + scenario.seed() + " -Ddifferential.on=" + arena + "\n";
    }
}
