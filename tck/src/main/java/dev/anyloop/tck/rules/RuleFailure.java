package dev.anyloop.tck.rules;

import dev.anyloop.tck.report.Spec;
import dev.anyloop.tck.run.Jitter;
import dev.anyloop.tck.run.Seed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.AssertionFailedError;

/** The message of a failed test: the rule in its own words, what happened, and how to see it again. */
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
        lines.add("  " + (failure instanceof AssertionError && failure.getMessage() != null
                ? failure.getMessage() : failure.toString()));
        for (Throwable other : failure.getSuppressed()) {
            lines.add("  also: " + other);
        }
        lines.add("  seed " + Seed.current().value() + ", " + Jitter.measured());
        lines.add("  rerun: mvn test -Dtest=" + kit + " -D" + RuleExtension.INCLUDE_PROPERTY + "=" + method
                + " -Dtck.seed=" + Seed.current().value());
        return String.join("\n", lines);
    }

    /** The class the build knows: the outermost one, which names the backend. */
    private static String kit(ExtensionContext context) {
        return context.getRequiredTestInstances().getAllInstances().get(0).getClass().getSimpleName();
    }
}
