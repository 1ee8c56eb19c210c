package dev.anyloop.conformance.versions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.core.Loops;
import dev.anyloop.libevent.LibeventEventLoopProvider;
import dev.anyloop.nio.NioEventLoopProvider;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Applications bring JNA in versions of their own: each of them works, and is named (DISC-002, DISC-003). */
@Timeout(600)
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class JnaVersionsTest {

    private static final Path FOLDER = Path.of("target", "jna-versions").toAbsolutePath();
    private static final List<String> VERSIONS = List.of("5.5.0", "5.8.0", "5.10.0", "5.12.1", "5.14.0", "5.17.0");

    @BeforeAll
    static void fetch() throws Exception {
        assumeTrue(new LibeventEventLoopProvider().availability().available(), "no libevent here");
        Jars.fetch("libevent", FOLDER, VERSIONS.stream().map(JnaVersionsTest::jar).toList());
    }

    private static Jar jar(String version) {
        return new Jar("net.java.dev.jna", "jna", version, "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.5.0", "5.8.0", "5.10.0", "5.12.1", "5.14.0", "5.17.0"})
    void aLoopOpensAndEchoesAndSaysWhatItRunsOn(String version) throws Exception {
        List<String> lines = run(jar(version).in(FOLDER));
        assertTrue(lines.get(0).matches("libevent: libevent 2\\.\\S+ \\(/\\S+, JNA " + version + "\\), .*"), lines::toString);
        assertEquals("echo on libevent", lines.get(lines.size() - 1));
    }

    /** What is printed in a process that has this JNA, which has to be all that it says (LOOP-013). */
    private static List<String> run(Path jna) throws Exception {
        String classPath = Stream.concat(
                        Stream.of(LibeventEventLoopProvider.class, NioEventLoopProvider.class, EventLoop.class, Loops.class,
                                OneLoop.class).map(JnaVersionsTest::origin),
                        Stream.of(jna.toString()))
                .collect(Collectors.joining(File.pathSeparator));
        ProcessBuilder child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-cp", classPath, OneLoop.class.getName());
        child.environment().remove("JAVA_TOOL_OPTIONS"); // which Java announces
        Path output = FOLDER.resolve("printed");
        Process process = child.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertTrue(ended && process.exitValue() == 0, () -> "does not end well: " + read(output));
        List<String> lines = read(output).lines().toList();
        assertEquals(3, lines.size(), lines::toString);
        return lines;
    }

    private static String origin(Class<?> type) {
        return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString())).toString();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
