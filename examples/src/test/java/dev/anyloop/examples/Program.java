package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * An example in a process of its own, as a user runs it, and the lines it prints. Closing it kills it, and removes what it has left in a
 * folder for what is temporary, which it has of its own: who is killed removes nothing.
 */
final class Program implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 30;

    private final Process process;
    private final Path temporary;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Thread reader;

    private Program(Process process, Path temporary) {
        this.process = process;
        this.temporary = temporary;
        reader = new Thread(this::readLines, "output of process " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts an example on a backend; standard error goes where standard output does. */
    static Program start(String backend, Class<?> main, Object... arguments) throws IOException {
        return start(List.of("-Danyloop.backend=" + backend), classPath(), main, arguments);
    }

    static Program start(List<String> options, String classPath, Class<?> main, Object... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")); // it lives for a second or two
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-Dfile.encoding=UTF-8");
        command.add("-Dstdout.encoding=UTF-8");
        Path temporary = Files.createTempDirectory("anyloop-program");
        command.add("-Djava.io.tmpdir=" + temporary);
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new Program(new ProcessBuilder(command).redirectErrorStream(true).start(), temporary);
    }

    /** Surefire may hide the class path in the manifest of a jar; then it is in a property of its own. */
    static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** The class path with something in front. */
    static String classPath(Path first) {
        return first + File.pathSeparator + classPath();
    }

    private void readLines() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            output.lines().forEach(lines::add);
        } catch (IOException | RuntimeException e) {
            lines.add("cannot read the output: " + e);
        }
    }

    String line() throws InterruptedException {
        String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return line != null ? line : fail("the program prints nothing");
    }

    /** The number after the last colon of the next line, up to what is no digit. */
    int port() throws InterruptedException {
        String line = line();
        String rest = line.substring(line.lastIndexOf(':') + 1);
        return Integer.parseInt(rest.replaceFirst("\\D.*", ""));
    }

    /** All lines not yet taken, once the program has ended by itself. */
    List<String> end(int exitCode) throws InterruptedException {
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "the program does not end");
        reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        List<String> rest = new ArrayList<>();
        lines.drainTo(rest);
        assertEquals(exitCode, process.exitValue(), () -> "exit code; output:\n" + String.join("\n", rest));
        return rest;
    }

    long pid() {
        return process.pid();
    }

    /** Sends TERM. */
    void terminate() {
        process.toHandle().destroy(); // the process itself would also close the stream of its output
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        try (Stream<Path> files = Files.walk(temporary)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) { // what is inside first
                Files.delete(file);
            }
        }
    }
}
