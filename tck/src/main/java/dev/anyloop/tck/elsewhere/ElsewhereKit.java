package dev.anyloop.tck.elsewhere;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;
import dev.anyloop.tck.rules.Remade;
import dev.anyloop.tck.rules.connect.LinkLocalRules;
import dev.anyloop.tck.rules.connect.SystemTimeoutRules;
import dev.anyloop.tck.rules.connect.WithoutIpv6Rules;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The kit as a process {@link Elsewhere} runs it, with what can only be seen there. Prints a line for each test. */
class ElsewhereKit extends EventLoopTck {

    static final String PASSED = "PASSED ";
    static final String SKIPPED = "SKIPPED ";
    static final String FAILED = "FAILED ";

    // set once in a process, before the run; JUnit makes the instances
    private static @Nullable EventLoopProvider provider;

    /** Of the backend that the named class makes. */
    public static void main(String[] args) throws ReflectiveOperationException {
        provider = Remade.provider(args[0]);
        if (provider == null) {
            System.out.println(SKIPPED + Remade.NOT);
            return;
        }
        LauncherFactory.create().execute(
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(TestElsewhere.selectors(System.getProperty(Elsewhere.PROPERTY)))
                        .build(),
                new Lines());
    }

    @Override
    protected EventLoopProvider provider() {
        return Objects.requireNonNull(provider);
    }

    @Override
    protected @Nullable Path report() {
        return null; // the test that sent us here has one
    }

    @Nested
    class WithoutIpv6 extends WithoutIpv6Rules {}

    @Nested
    class LinkLocal extends LinkLocalRules {}

    @Nested
    class SystemTimeout extends SystemTimeoutRules {}

    private static final class Lines implements TestExecutionListener {

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            String name = test.getDisplayName();
            switch (result.getStatus()) {
                case FAILED -> System.out.println(FAILED + name + ": " + message(result));
                case ABORTED -> System.out.println(SKIPPED + name + ": " + message(result));
                case SUCCESSFUL -> System.out.print(test.isTest() ? PASSED + name + "\n" : "");
            }
        }

        private static String message(TestExecutionResult result) {
            String message = String.valueOf(result.getThrowable().map(Throwable::getMessage).orElse(null));
            return message.lines().takeWhile(line -> !line.startsWith("  seed")).collect(Collectors.joining("\n"));
        }
    }
}
