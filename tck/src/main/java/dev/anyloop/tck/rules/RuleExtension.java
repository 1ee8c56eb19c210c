package dev.anyloop.tck.rules;

import dev.anyloop.Capability;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.Stochastic;
import dev.anyloop.tck.report.Conformance;
import dev.anyloop.tck.report.Spec;
import dev.anyloop.tck.run.Job;
import dev.anyloop.tck.run.Jobs;
import dev.anyloop.tck.run.Leaks;
import dev.anyloop.tck.run.Outcome.Status;
import dev.anyloop.tck.run.Outcome;
import dev.anyloop.tck.run.Setting;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.ReflectionSupport;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** Runs a {@link Rule} test: chooses it, repeats a stochastic one, looks for leaks after it, explains its failure. */
public final class RuleExtension implements ExecutionCondition, InvocationInterceptor {

    public static final String INCLUDE_PROPERTY = "tck.include";
    static final String INCLUDE_VARIABLE = "TCK_INCLUDE";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return context.getTestMethod().map(RuleExtension::isChosen).orElse(true) ? ConditionEvaluationResult.enabled(null)
                : ConditionEvaluationResult.disabled("not in " + chosen());
    }

    private static boolean isChosen(Method method) {
        return isAmong(Setting.of(INCLUDE_PROPERTY, INCLUDE_VARIABLE), method);
    }

    /** A test of rules that is asked for, by itself or with all others. */
    public static boolean isAmong(@Nullable String include, Method method) {
        return method.isAnnotationPresent(Rule.class) && includes(include, method);
    }

    /** As it was asked for. */
    public static String chosen() {
        return INCLUDE_PROPERTY + "=" + Setting.of(INCLUDE_PROPERTY, INCLUDE_VARIABLE);
    }

    /** The filter is a list of rule ids and method names, with {@code *} for anything. */
    static boolean includes(@Nullable String include, Method method) {
        if (include == null) {
            return true;
        }
        return Arrays.stream(include.split(","))
                .map(glob -> Pattern.quote(glob.strip()).replace("*", "\\E.*\\Q"))
                .anyMatch(regex -> method.getName().matches(regex)
                        || Arrays.stream(rules(method)).anyMatch(id -> id.matches(regex)));
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> invoked, ExtensionContext context)
            throws Throwable {
        invocation.skip();
        Outcome outcome = outcome(invoked.getExecutable(), context);
        Conformance.note(context, rules(invoked.getExecutable()), outcome);
        outcome.rethrow();
    }

    /** By whoever runs the tests of this process. */
    private static Outcome outcome(Method method, ExtensionContext context) throws Exception {
        String id = context.getUniqueId();
        if (Jobs.areWanted()) {
            return Jobs.of(context).outcome(id);
        } else if (!Job.takes(id)) {
            throw new TestAbortedException("another process runs it");
        }
        Outcome outcome = run(method, context);
        Job.tell(id, outcome);
        return outcome;
    }

    private static Outcome run(Method method, ExtensionContext context) {
        Object instance = context.getRequiredTestInstance();
        String reason = instance instanceof RuleTest test ? whyNot(method, test) : null;
        if (reason != null) {
            return new Outcome(Status.EXEMPT, reason, new TestAbortedException(reason));
        }
        try {
            Stochastic stochastic = method.getAnnotation(Stochastic.class);
            if (stochastic == null) {
                runOnce(method, instance, context);
            } else {
                runOften(tries(stochastic, instance), method, instance, context);
            }
            return Outcome.PASSED;
        } catch (TestAbortedException e) {
            return new Outcome(Status.SKIPPED, String.valueOf(e.getMessage()), e);
        } catch (Throwable e) {
            AssertionFailedError explained = RuleFailure.of(rules(method), context, e);
            return e instanceof AssertionError && mayBeBreached(method)
                    ? new Outcome(Status.BREACH, String.valueOf(e.getMessage()), new TestAbortedException(explained.getMessage(), explained))
                    : new Outcome(Status.FAIL, explained.getMessage(), explained);
        }
    }

    /** Why it is not run where this is; null if it is. */
    private static @Nullable String whyNot(Method method, RuleTest test) {
        for (AnnotatedElement element : List.of(method, method.getDeclaringClass())) {
            NeedsSystem system = element.getAnnotation(NeedsSystem.class);
            if (system != null && !test.world().hasSystem()) {
                return "it needs " + system.value();
            }
        }
        for (NotOver exempt : method.getAnnotationsByType(NotOver.class)) {
            if (List.of(exempt.value()).contains(test.medium())) {
                return exempt.because();
            }
        }
        return whyNot(method, test.medium().needs(), test::capabilities);
    }

    /** The same of what the backend has and has not. */
    private static @Nullable String whyNot(Method method, Set<Capability> always, Supplier<Set<Capability>> declared) {
        Set<Capability> needed = EnumSet.noneOf(Capability.class);
        needed.addAll(always);
        for (Class<?> type = method.getDeclaringClass(); type != null; type = type.getSuperclass()) {
            addNeeds(type, needed);
        }
        addNeeds(method, needed);
        if (!needed.isEmpty() && !declared.get().containsAll(needed)) {
            return "the backend does not declare " + needed;
        }
        Lacks refusal = method.getAnnotation(Lacks.class);
        return refusal != null && declared.get().contains(refusal.value()) ? "the backend has " + refusal.value() : null;
    }

    private static void addNeeds(AnnotatedElement element, Set<Capability> needed) {
        Needs needs = element.getAnnotation(Needs.class);
        if (needs != null) {
            needed.addAll(List.of(needs.value()));
        }
    }

    /** A breach is told and fails nobody, if all that it is of is a SHOULD. */
    private static boolean mayBeBreached(Method method) {
        return Arrays.stream(rules(method)).allMatch(id -> Spec.current().level(id).equals("SHOULD"));
    }

    /** The chapter's peers end before the leaks are counted. */
    private static void runOnce(Method method, Object instance, ExtensionContext context) {
        if (!(instance instanceof RuleTest test)) {
            ReflectionSupport.invokeMethod(method, instance);
            return;
        }
        test.enter(context);
        Leaks.Snapshot before = Leaks.snapshot(test.world());
        try {
            ReflectionSupport.invokeMethod(method, instance);
        } finally {
            test.leave();
        }
        before.assertNothingLeft(test.limits().mustHappen());
    }

    /** Where time is virtual nothing is late by chance, and each try would be the same. */
    private static int tries(Stochastic stochastic, Object instance) {
        return instance instanceof RuleTest test && !test.world().hasSystem() ? 1 : stochastic.value();
    }

    /** As often as it takes to know what most tries come to. */
    private static void runOften(int tries, Method method, Object instance, ExtensionContext context) {
        int passed = 0;
        int failed = 0;
        AssertionError failures = new AssertionError("too few tries passed");
        while (2 * passed <= tries && 2 * failed < tries) {
            try {
                runOnce(method, instance, context);
                passed++;
            } catch (TestAbortedException e) {
                throw e;
            } catch (Exception | AssertionError e) {
                failures.addSuppressed(e);
                failed++;
            }
        }
        boolean enough = 2 * passed > tries;
        context.publishReportEntry(String.join(" ", rules(method)),
                (enough ? "PASS " : "FAIL ") + passed + "/" + (passed + failed));
        if (!enough) {
            throw failures;
        }
    }

    private static String[] rules(Method method) {
        Rule rule = method.getAnnotation(Rule.class);
        return rule == null ? new String[0] : rule.value();
    }
}
