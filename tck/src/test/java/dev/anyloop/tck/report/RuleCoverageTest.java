package dev.anyloop.tck.report;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.Stochastic;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.support.ReflectionSupport;

/** The specification and the tests of the kit, of core on the fake transport included, speak of the same rules. */
class RuleCoverageTest {

    private final Spec spec = Spec.current();
    private final List<Method> tests = ReflectionSupport
            .findAllClassesInPackage("dev.anyloop.tck", type -> true, name -> !name.contains("Sample")).stream()
            .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
            .filter(method -> method.isAnnotationPresent(Rule.class))
            .toList();

    @Test
    void theSpecificationIsInTheJarAndHasRules() {
        assertTrue(spec.rules().size() > 100, spec.rules().size() + " rules");
        assertFalse(tests.isEmpty());
    }

    @Test
    void everyRuleHasALevelAndATitle() {
        assertNone("rules without a level or title", spec.rules().values().stream()
                .filter(rule -> !rule.level().matches("MUST|SHOULD|UNTESTED|STOCHASTIC\\(\\d+\\)")
                        || rule.title().isEmpty())
                .map(Spec.Entry::toString));
    }

    @Test
    void noTestCitesAnUnknownOrRetiredRule() {
        assertNone("cited, but not a rule", cited().stream()
                .filter(id -> !spec.rules().containsKey(id) || spec.retired().contains(id)));
        assertNone("both a rule and retired", spec.retired().stream().filter(spec.rules()::containsKey));
    }

    @Test
    void noTestCitesMoreThanThreeRules() {
        assertNone("too many rules, or none", tests.stream()
                .filter(test -> rules(test).count() > 3 || rules(test).findAny().isEmpty())
                .map(Method::toString));
    }

    @Test
    void atMostThreeRulesAreUntested() {
        List<Spec.Entry> untested =
                spec.rules().values().stream().filter(rule -> rule.level().startsWith("UNTESTED")).toList();
        assertTrue(untested.size() <= 3, untested.toString());
    }

    @Test
    void exactlyTheStochasticRulesAreSampled() {
        assertNone("@Stochastic without such a rule, or the other way round", tests.stream()
                .filter(test -> test.isAnnotationPresent(Stochastic.class)
                        != rules(test).anyMatch(id -> spec.level(id).startsWith("STOCHASTIC")))
                .map(test -> test.getDeclaringClass().getSimpleName() + "." + test.getName()));
        assertNone("@Stochastic of another number than the rule's", tests.stream()
                .filter(test -> test.isAnnotationPresent(Stochastic.class))
                .filter(test -> rules(test).noneMatch(id -> spec.level(id).equals(
                        "STOCHASTIC(" + test.getAnnotation(Stochastic.class).value() + ")")))
                .map(Method::getName));
    }

    @Test
    void everyRuleHasATest() {
        Set<String> cited = cited();
        assertNone("without a test", spec.rules().values().stream()
                .filter(rule -> !rule.level().startsWith("UNTESTED") && !cited.contains(rule.id()))
                .map(Spec.Entry::id));
    }

    /** To something, by a test of what it does: the chapter of errors only asks what is refused. */
    @Test
    void everyOptionOfASocketIsSet() throws IOException {
        Path rules = Path.of("src/main/java/dev/anyloop/tck/rules");
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.walk(rules)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java") && !f.startsWith(rules.resolve("error"))).toList()) {
                text.append(Files.readString(file));
            }
        }
        assertNone("set by no test", Stream.of(SocketOptions.class, ConnectOptions.class, ListenOptions.class)
                .flatMap(options -> Arrays.stream(options.getMethods())
                        .map(Method::getName)
                        .filter(name -> name.startsWith("with") && text.indexOf("." + name + "(") < 0)
                        .map(name -> options.getSimpleName() + "." + name)));
    }

    private Set<String> cited() {
        return tests.stream().flatMap(RuleCoverageTest::rules).collect(Collectors.toSet());
    }

    private static Stream<String> rules(Method test) {
        return Arrays.stream(test.getAnnotation(Rule.class).value());
    }

    private static void assertNone(String what, Stream<String> found) {
        assertEquals("", found.sorted().collect(joining("\n")), what);
    }
}
