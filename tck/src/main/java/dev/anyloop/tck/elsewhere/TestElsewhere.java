package dev.anyloop.tck.elsewhere;

import dev.anyloop.tck.EventLoopTck;
import dev.anyloop.tck.rules.RuleExtension;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;

/**
 * A test that runs elsewhere, by the names of the classes it is nested in and its own. The process that sends it there looks for
 * it: it knows the kit already, while for one that has just begun to look through the kit is most of what it does.
 *
 * @param classes from the kit to the chapter
 */
record TestElsewhere(List<String> classes, String method) {

    /** All those, as a text for {@link #selectors}. */
    static String all(String include) {
        return Stream.of(ElsewhereKit.class, EventLoopTck.class)
                .flatMap(TestElsewhere::nested)
                .flatMap(chapter -> within(List.of(ElsewhereKit.class.getName()), chapter, include))
                .map(test -> String.join("/", test.classes) + "#" + test.method)
                .collect(Collectors.joining(" "));
    }

    private static Stream<TestElsewhere> within(List<String> enclosing, Class<?> chapter, String include) {
        List<String> classes = new ArrayList<>(enclosing);
        classes.add(chapter.getName());
        return Stream.<Class<?>>iterate(chapter, type -> type != null, Class::getSuperclass).flatMap(type -> Stream.concat(
                Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> RuleExtension.isAmong(include, method))
                        .map(method -> new TestElsewhere(classes, method.getName())),
                nested(type).flatMap(inner -> within(classes, inner, include))));
    }

    private static Stream<Class<?>> nested(Class<?> type) {
        return Arrays.stream(type.getDeclaredClasses()).filter(member -> member.isAnnotationPresent(Nested.class));
    }

    /** For JUnit. */
    static List<DiscoverySelector> selectors(String tests) {
        return Arrays.stream(tests.split(" ")).filter(test -> !test.isEmpty()).map(TestElsewhere::selector).toList();
    }

    private static DiscoverySelector selector(String test) {
        int end = test.indexOf('#');
        List<String> classes = List.of(test.substring(0, end).split("/"));
        int chapter = classes.size() - 1;
        return DiscoverySelectors.selectNestedMethod(classes.subList(0, chapter), classes.get(chapter), test.substring(end + 1));
    }
}
