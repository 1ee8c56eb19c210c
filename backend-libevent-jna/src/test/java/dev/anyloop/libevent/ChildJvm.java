package dev.anyloop.libevent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a class of the tests in a process of its own, for what can be had only once in a process, or ends it. */
final class ChildJvm {

    /** What a process printed, to either stream, and how it ended. */
    record Result(int exit, String output) {}

    private Path home = Path.of(System.getProperty("java.home"));
    private String limits = "";
    private final List<String> options = new ArrayList<>();
    private final List<String> environment = new ArrayList<>();

    ChildJvm on(Path javaHome) {
        home = javaHome;
        return this;
    }

    ChildJvm with(String... option) {
        options.addAll(Arrays.asList(option));
        return this;
    }

    ChildJvm environment(String name) {
        environment.add(name);
        return this;
    }

    ChildJvm descriptors(int limit) {
        limits = "ulimit -n " + limit + " && ";
        return this;
    }

    Result run(Class<?> main) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", limits + "exec \"$@\"", "sh"));
        command.add(home.resolve("bin/java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")); // it lives for a second or two
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        Path output = Files.createTempFile("child", ".out");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        environment.forEach(name -> builder.environment().put(name, "1"));
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(30, TimeUnit.SECONDS), () -> "still running: " + command);
            return new Result(process.exitValue(), Files.readString(output, UTF_8));
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }
}
