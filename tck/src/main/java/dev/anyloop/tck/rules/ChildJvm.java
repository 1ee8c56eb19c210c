package dev.anyloop.tck.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anyloop.tck.Limits;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** What a class printed in a process of its own, native code included, but not the JVM itself; and how that ended. */
public record ChildJvm(int exit, String out, String err) {

    /** Such a process loads and compiles all that it needs: seconds of a processor, of which there may be few. */
    static final int PATIENCE = 4;

    /** What a virtual machine says of itself, where its environment has options for all of them. */
    private static final Pattern OPTIONS_OF_THE_ENVIRONMENT = Pattern.compile("(?m)^(NOTE: )?Picked up \\w*_OPTIONS: .*\\R");

    /** Runs {@code main} where the class given can be found too, without a handler for what goes to a logger. */
    public static ChildJvm run(Class<?> main, Class<?> argument, Limits limits, String... options) throws Exception {
        return run(List.of(), main, argument, limits, options);
    }

    /** The same, with what a command of the shell leaves it, such as {@code ulimit}. */
    public static ChildJvm runLimited(String command, Class<?> main, Class<?> argument, Limits limits, String... options)
            throws Exception {
        return run(List.of("/bin/sh", "-c", command + " && exec \"$@\"", "sh"), main, argument, limits, options);
    }

    /** The same, begun by a command that takes another as its last words. */
    public static ChildJvm run(
            List<String> shell, Class<?> main, Class<?> argument, Limits limits, String... options) throws Exception {
        return execute(shell, List.of(options), classPath(argument.getClassLoader()), main, limits, argument.getName());
    }

    /** Runs {@code main} where nothing can be found but what came with it. */
    public static ChildJvm runAlone(List<String> options, Class<?> main, Limits limits, String... arguments) throws Exception {
        return execute(List.of(), options, origin(main), main, limits, arguments);
    }

    private static ChildJvm execute(List<String> shell, List<String> options, String classPath, Class<?> main, Limits limits,
            String... arguments) throws Exception {
        Path directory = Files.createTempDirectory("tck-child");
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        Path logging = Files.createFile(directory.resolve("logging.properties"));
        List<String> command = new ArrayList<>(shell);
        command.addAll(command());
        command.addAll(options);
        command.add("-Djava.util.logging.config.file=" + logging);
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE * limits.mustHappen().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError("the child process does not end");
            }
            String errors = OPTIONS_OF_THE_ENVIRONMENT.matcher(Files.readString(err, UTF_8)).replaceAll("");
            return new ChildJvm(process.exitValue(), Files.readString(out, UTF_8), errors);
        } finally {
            process.destroyForcibly();
            delete(out, err, logging, directory);
        }
    }

    /** What starts a virtual machine that lives for seconds. */
    static List<String> command() {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED");
    }

    /** The application's, and that of loaders that were made for a backend. */
    public static String classPath(ClassLoader loader) {
        List<String> path = new ArrayList<>(List.of(System.getProperty("java.class.path")));
        for (ClassLoader next = loader; next != null; next = next.getParent()) {
            if (next instanceof URLClassLoader urls) {
                for (URL url : urls.getURLs()) {
                    path.add(file(url));
                }
            }
        }
        return String.join(File.pathSeparator, path);
    }

    private static String origin(Class<?> type) {
        return file(type.getProtectionDomain().getCodeSource().getLocation());
    }

    private static String file(URL url) {
        return Path.of(URI.create(url.toString())).toString();
    }

    private static void delete(Path... files) throws IOException {
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
