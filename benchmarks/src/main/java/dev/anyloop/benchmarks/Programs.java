package dev.anyloop.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Compiles the programs in C with gcc. */
final class Programs {

    /** Those that make load. */
    static final List<String> LOAD = List.of("load", "churn", "idle", "broadcast", "datagrams", "load-http", "idle-http");

    /** What follows the name of a program that does it over TLS. */
    static final String SECURE = "-tls";

    /** What follows the name of a program that does it in HTTP. */
    static final String HTTP = "-http";

    /** Those that make load over TLS. */
    static final List<String> SECURE_LOAD = List.of("load" + SECURE, "churn" + SECURE, "resume" + SECURE, "idle" + SECURE);

    private record Program(String name, String source, List<String> options) {

        static Program of(String name, String... options) {
            return new Program(name, name, List.of(options));
        }

        static Program secure(String name, String source, String... options) {
            List<String> all = new ArrayList<>(List.of(options));
            all.addAll(List.of("-DTLS", "-lssl", "-lcrypto"));
            return new Program(name + SECURE, source, all);
        }
    }

    private static final List<Program> ALL = List.of(
            Program.of("load"), Program.of("churn"), Program.of("idle"), Program.of("broadcast"),
            Program.of("datagrams"), Program.of("recvfrom"), new Program("recvmmsg", "recvfrom", List.of("-DBATCH")),
            new Program("load" + HTTP, "load", List.of("-DHTTP")), new Program("idle" + HTTP, "idle", List.of("-DHTTP")),
            Program.of("http", "-march=native"),
            Program.secure("load", "load"), Program.secure("churn", "churn"), Program.secure("resume", "churn", "-DRESUME"),
            Program.secure("idle", "idle"),
            Program.of("bufferevent", "-levent_core"), Program.of("epoll"), Program.of("io_uring"), Program.of("libevent", "-levent_core"),
            Program.of("libuv", "-luv"), Program.of("openssl", "-lssl", "-lcrypto"));

    private record Compiled(Map<String, Path> programs, List<String> problems) {}

    /** By the directory that they are in: a process need not do it twice. */
    private static final Map<Path, Compiled> DONE = new HashMap<>();

    private Programs() {}

    /** What could be compiled, by name; the reason is given for what could not. Once in a process for each directory. */
    static synchronized Map<String, Path> compile(Settings settings, Consumer<String> missing) throws IOException {
        Path directory = settings.compiled().toAbsolutePath();
        Compiled done = DONE.get(directory);
        if (done == null) {
            done = compileAll(settings);
            DONE.put(directory, done);
        }
        done.problems().forEach(missing);
        return done.programs();
    }

    private static Compiled compileAll(Settings settings) throws IOException {
        Files.createDirectories(settings.compiled());
        Map<String, Path> compiled = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        for (Program program : ALL) {
            Path file = settings.compiled().resolve(program.name()).toAbsolutePath();
            List<String> command = new ArrayList<>(List.of("gcc", "-O2", "-Wall", "-Wextra", "-o", file.toString(),
                    settings.programs().resolve(program.source() + ".c").toString()));
            command.addAll(program.options());
            String problem = run(command);
            if (problem.isEmpty()) {
                compiled.put(program.name(), file);
            } else {
                problems.add(program.name() + ": " + problem);
            }
        }
        return new Compiled(compiled, problems);
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
