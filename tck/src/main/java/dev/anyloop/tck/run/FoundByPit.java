package dev.anyloop.tck.run;

import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Keeps PIT from running all tests merely to find them. It does so in each process that it starts, and it starts one whenever a
 * change was noticed because a test did not end: each time it would take as long as the kit does. The first test runs all the
 * same, so that what a backend finds out once in a process it finds out before there are changes. Not for authors' tests but
 * for our own: the parent POM has PIT find it.
 */
public final class FoundByPit implements InvocationInterceptor {

    /** Both are on the stack; those that run the tests first, to see what each of them reaches, run them to find them too. */
    private static final List<String> FINDING =
            List.of("org.pitest.mutationtest.execute.MutationTestMinion", "org.pitest.junit5.JUnit5TestUnitFinder");

    private static boolean isPrepared;

    /** For JUnit. */
    public FoundByPit() {}

    private static void unlessFinding(Invocation<Void> invocation) throws Throwable {
        if (isPrepared && StackWalker.getInstance().walk(FoundByPit::isFinding)) {
            invocation.skip();
        } else {
            isPrepared = true;
            invocation.proceed();
        }
    }

    private static boolean isFinding(Stream<StackWalker.StackFrame> frames) {
        return frames.map(StackWalker.StackFrame::getClassName).filter(FINDING::contains).distinct().count() == FINDING.size();
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context) throws Throwable {
        unlessFinding(invocation);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context) throws Throwable {
        unlessFinding(invocation);
    }

    @Override
    public void interceptDynamicTest(
            Invocation<Void> invocation, DynamicTestInvocationContext call, ExtensionContext context) throws Throwable {
        unlessFinding(invocation);
    }
}
