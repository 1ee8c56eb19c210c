package dev.anyloop.tck.elsewhere;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;
import dev.anyloop.tck.rules.Remade;
import dev.anyloop.tck.rules.RuleExtension;
import dev.anyloop.tck.rules.connect.LinkLocalRules;
import dev.anyloop.tck.rules.connect.SystemTimeoutRules;
import dev.anyloop.tck.rules.connect.WithoutIpv6Rules;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.discovery.NestedClassSelector;
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
                        .selectors(chapters())
                        .build(),
                new Lines());
    }

    /** Those with a test that is chosen: to look through all of them takes JUnit longer than most that is done here. */
    private static List<NestedClassSelector> chapters() {
        return Stream.of(ElsewhereKit.class, EventLoopTck.class)
                .flatMap(ElsewhereKit::nested)
                .filter(ElsewhereKit::hasChosen)
                .map(chapter -> DiscoverySelectors.selectNestedClass(List.of(ElsewhereKit.class), chapter))
                .toList();
    }

    private static boolean hasChosen(@Nullable Class<?> type) {
        return type != null && (Arrays.stream(type.getDeclaredMethods()).anyMatch(RuleExtension::isChosen)
                || nested(type).anyMatch(ElsewhereKit::hasChosen)
                || hasChosen(type.getSuperclass()));
    }

    private static Stream<Class<?>> nested(Class<?> type) {
        return Arrays.stream(type.getDeclaredClasses()).filter(member -> member.isAnnotationPresent(Nested.class));
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
