package dev.anyloop.tck.run;

import dev.anyloop.tck.Limits;
import dev.anyloop.tck.Rule;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Ends a test that hangs, so that it fails by its name and says where it was, and the build goes on. It stays on its thread,
 * because that is whose its loops are: it is interrupted, and if it does not heed that, its process ends. Not for authors'
 * tests but for our own: the parent POM has JUnit find it.
 */
public final class TestWatchdog implements InvocationInterceptor {

    /** How often what must happen may take its time in a test. */
    static final String PATIENCE_PROPERTY = "anyloop.test.patience";

    /** How many seconds a test has to end once it is interrupted, on a machine that may be busy. */
    static final String GRACE_PROPERTY = "anyloop.test.grace";

    private static final Duration LIMIT =
            Limits.defaults().mustHappen().multipliedBy(Integer.getInteger(PATIENCE_PROPERTY, 6));
    private static final Duration GRACE = Duration.ofSeconds(Integer.getInteger(GRACE_PROPERTY, 10));

    private static final ScheduledExecutorService TIMER = Executors.newScheduledThreadPool(1, task -> {
        Thread thread = new Thread(task, "test-watchdog");
        thread.setDaemon(true);
        return thread;
    });

    /** For JUnit. */
    public TestWatchdog() {}

    private static <T> T watched(Invocation<T> invocation, ExtensionContext context) throws Throwable {
        Watch watch = new Watch(context);
        try {
            return invocation.proceed();
        } catch (Throwable e) {
            watch.failure.add(e);
            throw e;
        } finally {
            watch.end();
        }
    }

    /** Of one method that JUnit calls. */
    private static final class Watch {

        private final Failure failure = new Failure();
        private final Thread owner = Thread.currentThread();
        private final String test;
        private final Future<?> alarm;
        private final Future<?> lastResort;
        private boolean over;
        private boolean interrupted;

        Watch(ExtensionContext context) {
            test = name(context);
            alarm = TIMER.schedule(this::interrupt, LIMIT.toNanos(), TimeUnit.NANOSECONDS);
            lastResort = TIMER.schedule(this::halt, LIMIT.plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
        }

        /** A test that a method has made does not know its class. */
        private static String name(ExtensionContext context) {
            return context.getTestClass().map(type -> type.getName() + ": ")
                    .or(() -> context.getParent().map(parent -> name(parent) + ", "))
                    .orElse("") + context.getDisplayName();
        }

        private synchronized void interrupt() {
            if (!over) {
                failure.add(stuck());
                interrupted = true;
                owner.interrupt();
            }
        }

        private Stuck stuck() {
            return new Stuck(test + " is still running after " + LIMIT, owner, "");
        }

        private synchronized void halt() {
            if (!over) {
                Stuck stuck = stuck();
                System.err.println(stuck.getMessage() + " and an interrupt: this process ends\n" + stuck.details());
                System.err.flush();
                Runtime.getRuntime().halt(1);
            }
        }

        /** What came of the interrupt is told with the reason for it. */
        synchronized void end() {
            over = true;
            alarm.cancel(false);
            lastResort.cancel(false);
            if (interrupted) {
                Thread.interrupted();
                failure.rethrow();
            }
        }
    }

    // ---- whatever JUnit calls ----

    @Override
    public <T> T interceptTestClassConstructor(
            Invocation<T> invocation, ReflectiveInvocationContext<Constructor<T>> call, ExtensionContext context) throws Throwable {
        return watched(invocation, context);
    }

    @Override
    public void interceptBeforeAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context) throws Throwable {
        watched(invocation, context);
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context) throws Throwable {
        watched(invocation, context);
    }

    /** Who only waits for others, who are watched themselves, may do so for as long as they take. */
    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context) throws Throwable {
        if (Jobs.areWanted() && call.getExecutable().isAnnotationPresent(Rule.class)) {
            invocation.proceed();
        } else {
            watched(invocation, context);
        }
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context) throws Throwable {
        watched(invocation, context);
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context) throws Throwable {
        watched(invocation, context);
    }

    @Override
    public void interceptAfterAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context) throws Throwable {
        watched(invocation, context);
    }

    @Override
    public <T> @Nullable T interceptTestFactoryMethod(
            Invocation<T> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context) throws Throwable {
        return watched(invocation, context);
    }

    @Override
    public void interceptDynamicTest(
            Invocation<Void> invocation, DynamicTestInvocationContext call, ExtensionContext context) throws Throwable {
        watched(invocation, context);
    }
}
