package dev.anyloop.benchmarks;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bench as a whole, as short as can be. */
class BenchTest {

    @Test
    void aShortRunWritesItsResults(@TempDir Path directory) throws Exception {
        Settings settings = new Settings(1, 1, 5, 5, 5, 20, Pattern.compile("C epoll|C HTTP|Anyloop nio"),
                Pattern.compile("ping-16|idle|accept|echo|broadcast|pending|tls|path|http"), Path.of("src/main/c"), Path.of("target/c"), directory, null);
        List<String> missing = new ArrayList<>();
        assumeTrue(Programs.compile(settings, missing::add).keySet().containsAll(Programs.LOAD), missing.toString());

        ByteArrayOutputStream console = new ByteArrayOutputStream();
        new Bench(settings, new PrintStream(console, true, StandardCharsets.UTF_8), Candidate::compiledQuickly).run();

        String report = Files.readString(directory.resolve("results.txt"));
        assertTrue(report.contains("C epoll") && report.contains("Anyloop nio"), report);
        assertTrue(console.toString(StandardCharsets.UTF_8).contains("100 %"));
        assertTrue(Files.readString(directory.resolve("results.json")).contains("\"ping-16\""));
        assertTrue(Files.readString(directory.resolve("cpu.svg")).startsWith("<svg"));
    }
}
