package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Java that the pages show is Java that compiles: each block stands in an example, the custom backend included, or in
 * {@link Snippets}. */
class DocumentationTest {

    private static final Pattern BLOCK = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/coming-from-cl-async.md", "docs/testing-with-sim.md", "docs/tls.md", "docs/beanstalk.md",
        "docs/http.md", "docs/adapters.md", "docs/watching.md"})
    void everyBlockOfJavaIsPartOfASourceFile(String page) throws IOException {
        List<String> sources = sources();
        String text = Files.readString(Path.of("..", page)); // tests run in the directory of their module
        List<String> blocks = BLOCK.matcher(text).results().map(DocumentationTest::code).toList();
        assertFalse(blocks.isEmpty());
        for (String block : blocks) {
            assertTrue(sources.stream().anyMatch(source -> source.contains(block)), () -> "in no source: " + block);
        }
    }

    private static String code(MatchResult block) {
        return withoutSpace(block.group(1));
    }

    private static List<String> sources() throws IOException {
        try (Stream<Path> files = Stream.concat(
                Files.walk(Path.of("src")), Files.walk(Path.of("custom-backend", "src")))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(DocumentationTest::read)
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return withoutSpace(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String withoutSpace(String code) {
        return code.replaceAll("\\s+", "");
    }
}
