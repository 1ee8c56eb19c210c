package dev.anyloop.uring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs {@link Told} in a process of its own, with what the JVM and the system are told of it; what it prints. */
final class ChildJvm {

    private final List<String> command = new ArrayList<>();
    private final List<String> options = new ArrayList<>();

    /** The program that starts it, with its arguments. */
    ChildJvm by(String... program) {
        command.addAll(List.of(program));
        return this;
    }

    ChildJvm with(String... option) {
        options.addAll(List.of(option));
        return this;
    }

    String run(String... arguments) throws IOException, InterruptedException {
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")); // it lives for a second or two
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Told.class.getName()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("child", ".out");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("LC_ALL", "C.UTF-8"); // the system's words in English
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(30, TimeUnit.SECONDS), () -> "still running: " + command);
            return Files.readString(output, UTF_8);
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }
}
