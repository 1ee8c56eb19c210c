package dev.anyloop.tck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kit without a build, in a process of its own. */
class CliTest {

    @TempDir
    Path backend;

    /** Whoever has no build cannot rerun a test by one. */
    @Test
    void aFailureEndsWithTheCommandThatShowsItAgain() throws Exception {
        String printed = run("--include", "theNameIsALowerCase*", "--seed", "7", "--timeout-factor", "2");
        assertTrue(printed.contains("\n    rerun: java -jar anyloop-tck-cli.jar --backend-path " + backend
                + " --timeout-factor 2 --include theNameIsALowerCaseWordAndStaysTheSame --seed 7\n"), printed);
    }

    /** Of the processes that share the tests none says anything; who has begun them tells all. */
    @Test
    void severalProcessesShareTheTests() throws Exception {
        String printed = run("--include", "theNameIsALowerCase*", "--seed", "7", "--jobs", "2");
        assertTrue(printed.contains("\nFAIL theNameIsALowerCaseWordAndStaysTheSame"), printed);
        assertTrue(printed.contains("\n    rerun: java -jar anyloop-tck-cli.jar --backend-path " + backend
                + " --include theNameIsALowerCaseWordAndStaysTheSame --seed 7\n"), printed);
        assertTrue(printed.contains("\nAnyloop TCK: 0 passed, 1 failed, 0 skipped (LOUD-loop)\n"), printed);
    }

    private String run(String... arguments) throws IOException, InterruptedException {
        Path services = Files.createDirectories(backend.resolve("META-INF/services"));
        Files.writeString(services.resolve(EventLoopProvider.class.getName()), Loud.class.getName());
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", System.getProperty("java.class.path"),
                Cli.class.getName(), "--backend-path", backend.toString(), "--report", backend.resolve("report").toString());
        builder.command().addAll(List.of(arguments));
        Process process = builder.redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(1, process.waitFor(), printed);
            return printed;
        } finally {
            process.destroyForcibly();
        }
    }

    /** A backend with a fault. */
    public static final class Loud implements EventLoopProvider {

        @Override
        public String name() {
            return "LOUD";
        }

        @Override
        public int priority() {
            return 1;
        }

        @Override
        public Availability availability() {
            return Availability.yes("it is not opened");
        }

        @Override
        public EventLoop open(LoopOptions options) {
            throw new UnsupportedOperationException();
        }
    }
}
