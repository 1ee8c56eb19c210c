package dev.anyloop.tck.rules;

import dev.anyloop.tck.report.Spec;
import dev.anyloop.tck.run.Jitter;
import dev.anyloop.tck.run.Rerun;
import dev.anyloop.tck.run.Seed;
import dev.anyloop.tck.run.Stuck;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.AssertionFailedError;

/**
 * The message of a failed test: the rule in its own words, what happened, how to see it again; and at last where the
 * threads were of what hung.
 */
final class RuleFailure {

    private RuleFailure() {}

    static AssertionFailedError of(String[] rules, ExtensionContext context, Throwable failure) {
        String message = message(rules, failure, kit(context), context.getRequiredTestMethod().getName());
        AssertionFailedError explained = failure instanceof AssertionFailedError error
                ? new AssertionFailedError(message, error.getExpected(), error.getActual(), failure)
                : new AssertionFailedError(message, failure);
        explained.setStackTrace(failure.getStackTrace());
        return explained;
    }

    static String message(String[] rules, Throwable failure, String kit, String method) {
        List<String> lines = new ArrayList<>();
        for (String rule : rules) {
            lines.add(Spec.current().sentence(rule));
        }
        List<Throwable> others = new ArrayList<>(List.of(failure.getSuppressed()));
        others.add(0, failure);
        Throwable first = others.stream().filter(ProcessFailure.class::isInstance).findFirst().orElse(failure); // the rest came of it
        lines.add("  " + (first instanceof AssertionError && first.getMessage() != null ? first.getMessage() : first.toString()));
        others.stream().filter(other -> other != first).forEach(other -> lines.add("  also: " + other));
        lines.add("  seed " + Seed.current().value() + ", " + Jitter.measured());
        lines.add("  rerun: " + Rerun.of(kit, method));
        addWhatIsStuck(failure, Collections.newSetFromMap(new IdentityHashMap<>()), lines);
        return String.join("\n", lines);
    }

    /** @param seen already: the suppressed ones of a failure may have it for a cause */
    private static void addWhatIsStuck(@Nullable Throwable failure, Set<Throwable> seen, List<String> lines) {
        if (failure == null || !seen.add(failure)) {
            return;
        }
        if (failure instanceof Stuck stuck) {
            lines.add(stuck.details().indent(2).stripTrailing());
        }
        addWhatIsStuck(failure.getCause(), seen, lines);
        for (Throwable other : failure.getSuppressed()) {
            addWhatIsStuck(other, seen, lines);
        }
    }

    /** The class the build knows: the outermost one, which names the backend. */
    private static String kit(ExtensionContext context) {
        return context.getRequiredTestInstances().getAllInstances().get(0).getClass().getSimpleName();
    }
}
