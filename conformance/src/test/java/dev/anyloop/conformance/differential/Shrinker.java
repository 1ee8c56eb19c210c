package dev.anyloop.conformance.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Looks for a smaller scenario that still makes a difference: first without some parts, of either side, then with smaller
 * numbers, which take many runs and so may not come before a part that could go.
 */
final class Shrinker {

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final long began = System.nanoTime();
    private Difference best;

    Shrinker(Difference found) {
        best = found;
    }

    Difference shrunk() {
        while (improve()) {
            // from the smaller one on
        }
        return best;
    }

    private boolean improve() {
        for (Scenario candidate : candidates(best.scenario())) {
            if (System.nanoTime() - began > LIMIT_NANOS) {
                return false;
            }
            Optional<Difference> difference = Difference.find(candidate, best.arena().hasty());
            if (difference.isPresent()) {
                best = difference.get();
                return true;
            }
        }
        return false;
    }

    private static List<Scenario> candidates(Scenario scenario) {
        List<Scenario> candidates = new ArrayList<>();
        if (!scenario.client().equals(Chores.NONE) || !scenario.server().equals(Chores.NONE)) {
            candidates.add(new Scenario(scenario.seed(), scenario.exchanges(), Chores.NONE, Chores.NONE));
        }
        for (int i = 0; i < scenario.exchanges().size(); i++) {
            candidates.add(scenario.withoutExchange(i));
        }
        addScripts(candidates, scenario, Shrinker::shorter);
        addScripts(candidates, scenario, Shrinker::smaller);
        return candidates;
    }

    private static void addScripts(
            List<Scenario> candidates, Scenario scenario, Function<Script, List<Script>> alternatives) {
        for (int i = 0; i < scenario.exchanges().size(); i++) {
            Exchange exchange = scenario.exchanges().get(i);
            for (Side side : Side.values()) {
                for (Script script : alternatives.apply(exchange.script(side))) {
                    candidates.add(scenario.withExchange(i, exchange.with(side, script)));
                }
            }
        }
    }

    private static List<Script> shorter(Script script) {
        List<Script> shorter = new ArrayList<>();
        for (int i = 0; i < script.steps().size(); i++) {
            List<Step> steps = new ArrayList<>(script.steps());
            steps.remove(i);
            shorter.add(script.withSteps(steps));
        }
        return shorter;
    }

    private static List<Script> smaller(Script script) {
        List<Script> smaller = new ArrayList<>();
        for (int i = 0; i < script.steps().size(); i++) {
            Step step = script.steps().get(i);
            if (step.size() > 1) {
                smaller.add(script.withSteps(replaced(script.steps(), i, step.withSize(step.size() / 2))));
            }
            if (step.amount() > 1) {
                smaller.add(script.withSteps(replaced(script.steps(), i, step.withAmount(step.amount() / 2))));
            }
        }
        return smaller;
    }

    private static List<Step> replaced(List<Step> steps, int index, Step step) {
        List<Step> others = new ArrayList<>(steps);
        others.set(index, step);
        return others;
    }
}
