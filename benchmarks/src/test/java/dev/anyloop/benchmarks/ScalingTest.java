package dev.anyloop.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScalingTest {

    @Test
    void aShortRunTellsOneAndTwoLoopsApart(@TempDir Path directory) throws Exception {
        Pattern all = Pattern.compile("");
        Settings settings = new Settings(1, 1, 20, 5, 5, 20, all, all, Path.of("src/main/c"), Path.of("target/c"), directory, null);
        List<String> missing = new ArrayList<>();
        assumeTrue(Programs.compile(settings, missing::add).containsKey("load"), missing.toString());

        ByteArrayOutputStream console = new ByteArrayOutputStream();
        new Scaling(settings, "nio", new PrintStream(console, true, StandardCharsets.UTF_8)).run();

        String report = console.toString(StandardCharsets.UTF_8);
        assertTrue(report.startsWith("PING on 50 connections, pipeline 1, backend nio"), report);
        assertEquals(2 + 3 * 2, report.lines().count(), report);
    }
}
