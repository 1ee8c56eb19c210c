package dev.anyloop.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Compiles the programs in C with gcc. */
final class Programs {

    /** Those that make load. */
    static final List<String> LOAD = List.of("load", "churn", "idle", "broadcast");

    private static final Map<String, List<String>> LIBRARIES = Map.of(
            "epoll", List.of(), "libevent", List.of("-levent_core"), "bufferevent", List.of("-levent_core"),
            "libuv", List.of("-luv"));

    private Programs() {}

    /** What could be compiled, by name; the reason is given for what could not. */
    static Map<String, Path> compile(Settings settings, Consumer<String> missing) throws IOException {
        Files.createDirectories(settings.compiled());
        Map<String, Path> compiled = new LinkedHashMap<>();
        List<String> names = new ArrayList<>(LOAD);
        LIBRARIES.keySet().stream().sorted().forEach(names::add);
        for (String name : names) {
            Path program = settings.compiled().resolve(name).toAbsolutePath();
            List<String> command = new ArrayList<>(List.of("gcc", "-O2", "-Wall", "-Wextra", "-o", program.toString(),
                    settings.programs().resolve(name + ".c").toString()));
            command.addAll(LIBRARIES.getOrDefault(name, List.of()));
            String problem = run(command);
            if (problem.isEmpty()) {
                compiled.put(name, program);
            } else {
                missing.accept(name + ".c: " + problem);
            }
        }
        return compiled;
    }

    /** The first line of what went wrong. */
    private static String run(List<String> command) throws IOException {
        try {
            Process gcc = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(gcc.getInputStream().readAllBytes());
            if (!gcc.waitFor(1, TimeUnit.MINUTES) || gcc.exitValue() != 0) {
                return output.lines().findFirst().orElse("gcc failed");
            }
            return "";
        } catch (IOException e) {
            return "gcc is not installed";
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
