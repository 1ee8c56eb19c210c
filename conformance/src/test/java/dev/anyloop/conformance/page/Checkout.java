package dev.anyloop.conformance.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.core.Loops;
import dev.anyloop.tck.EventLoopTck;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** This checkout, and what it would have published. */
final class Checkout {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final String GROUP = "dev/anyloop";

    /** What an author's POM needs, each as it is in this class path. */
    private static final Map<String, Class<?>> JARS =
            Map.of("api", EventLoop.class, "core", Loops.class, "tck", EventLoopTck.class);

    private Checkout() {}

    static Path file(String name) {
        return ROOT.resolve(name);
    }

    /**
     * A local repository with everything that is in the one of this build, as links, so that what is fetched stays, and
     * with this checkout in place of what may have been installed there.
     */
    static Path publish(Path repository) throws IOException {
        Path local = Path.of(System.getProperty("maven.localRepository", ""));
        assumeTrue(local.isAbsolute() && Files.isDirectory(local), "there is no local repository of Maven here");
        Path own = repository.resolve(GROUP);
        for (Path at = own; !at.equals(repository); at = at.getParent()) {
            linkSiblings(local.resolve(repository.relativize(at)), at);
        }
        publishPom("anyloop-parent", ROOT, own);
        publishPom("anyloop-bom", ROOT.resolve("bom"), own);
        for (Map.Entry<String, Class<?>> jar : JARS.entrySet()) {
            publishJar(jar.getValue(), publishPom("anyloop-" + jar.getKey(), ROOT.resolve(jar.getKey()), own));
        }
        return repository;
    }

    private static void linkSiblings(Path original, Path copy) throws IOException {
        Files.createDirectories(copy);
        if (Files.isDirectory(original.getParent())) {
            try (Stream<Path> siblings = Files.list(original.getParent())) {
                for (Path sibling : siblings.filter(each -> !each.equals(original)).toList()) {
                    Files.createSymbolicLink(copy.resolveSibling(sibling.getFileName()), sibling);
                }
            }
        }
    }

    /** Where an artifact is published, but for the end of the name. */
    private static Path publishPom(String artifact, Path module, Path group) throws IOException {
        String version = System.getProperty("anyloop.version");
        Path directory = Files.createDirectories(group.resolve(artifact).resolve(version));
        Files.copy(module.resolve("pom.xml"), directory.resolve(artifact + "-" + version + ".pom"));
        return directory.resolve(artifact + "-" + version);
    }

    /** A class directory in a build that does not come to its jars, a jar in one that does. */
    private static void publishJar(Class<?> type, Path name) throws IOException {
        Path classes = Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
        Path jar = name.resolveSibling(name.getFileName() + ".jar");
        if (Files.isDirectory(classes)) {
            String[] arguments = {"--create", "--file", jar.toString(), "-C", classes.toString(), "."};
            assertEquals(0, ToolProvider.findFirst("jar").orElseThrow().run(System.out, System.err, arguments));
        } else {
            Files.copy(classes, jar);
        }
    }

    /** A directory and all that is in it. */
    static void copy(String name, Path target) throws IOException {
        Path source = file(name);
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(source.relativize(file).toString()));
            }
        }
    }

    /** A directory and all that is in it, but not what its links lead to. */
    static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
