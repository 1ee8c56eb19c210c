package dev.anyloop.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the compiler of JDK 25 refuses and that of JDK 17 does not see, so that it comes to light before the build on JDK 25. */
class CommentsTest {

    private static final Path ROOT = Path.of(".."); // tests run in the directory of their module
    private static final Pattern LOST = Pattern.compile("\\*/\\s*/\\*\\*");

    @Test
    void noCommentHasLostItsDeclarationToAnother() throws IOException {
        List<Path> sources = sources();
        assertTrue(sources.contains(ROOT.resolve("core/src/main/java/dev/anyloop/core/CoreLoop.java")), "the sources are elsewhere");
        List<Path> lost = new ArrayList<>();
        for (Path source : sources) {
            if (LOST.matcher(Files.readString(source)).find()) {
                lost.add(source);
            }
        }
        assertEquals(List.of(), lost);
    }

    /** What is built is left out: other modules are built meanwhile. */
    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                String name = directory.getFileName().toString();
                return name.equals("target") || name.equals(".git") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".java")) {
                    sources.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return sources;
    }
}
