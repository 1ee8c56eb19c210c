package dev.anyloop.benchmarks;

import dev.anyloop.benchmarks.servers.Identity;
import dev.anyloop.benchmarks.servers.ServerMain;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server running in a process of its own, pinned to the first core. */
final class ServerProcess implements AutoCloseable {

    private static final int SERVER_CORE = 0;

    // in its directory
    private static final String ERRORS = "errors";
    private static final String SOCKET = "socket";

    private final Candidate candidate;
    private final Service service;
    private final Path directory;
    private final Process process;
    private final BufferedReader out;
    private final int port;

    private ServerProcess(Candidate candidate, Service service, Path directory, Process process) throws IOException {
        this.candidate = candidate;
        this.service = service;
        this.directory = directory;
        this.process = process;
        this.out = new BufferedReader(process.inputReader());
        String line = out.readLine();
        if (line == null || !line.startsWith("port ")) {
            throw new IOException(reason(directory.resolve(ERRORS)));
        }
        this.port = Integer.parseInt(line.substring("port ".length()));
    }

    /**
     * Starts one and waits until it listens.
     *
     * @param identity the directory of what it shows, if it is secure
     * @throws IOException if it cannot run here, with its reason
     */
    static ServerProcess start(Candidate candidate, Service service, Path identity) throws IOException {
        Path directory = Files.createTempDirectory("anyloop-bench");
        Process process = null;
        try {
            process = begun(candidate, service, identity, directory);
            return new ServerProcess(candidate, service, directory, process);
        } catch (Throwable e) { // as of a program that is not there
            end(process, directory);
            throw e;
        }
    }

    private static Process begun(Candidate candidate, Service service, Path identity, Path directory) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Pinning.to(SERVER_CORE, candidate.serve(service.mode())));
        if (service.atPath()) {
            builder.environment().put(ServerMain.PATH, directory.resolve(SOCKET).toString());
        }
        if (service.secure()) {
            builder.environment().put(Identity.VARIABLE, identity.toString());
        }
        builder.redirectError(directory.resolve(ERRORS).toFile());
        return builder.start();
    }

    /** The first line that tells a cause, or else the first. */
    private static String reason(Path errors) throws IOException {
        List<String> lines = Files.readAllLines(errors);
        return lines.stream().filter(line -> line.startsWith("Caused by: ")).reduce((first, last) -> last)
                .or(() -> lines.stream().findFirst())
                .orElse("ended without a word");
    }

    Candidate candidate() {
        return candidate;
    }

    Service service() {
        return service;
    }

    int port() {
        return port;
    }

    /** Where it listens too, if its service is at a path. */
    Path path() {
        return directory.resolve(SOCKET);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Only of a JVM: "heap" or "allocated", in bytes. */
    long ask(String word) throws IOException {
        Writer words = process.outputWriter(StandardCharsets.US_ASCII);
        words.write(word + "\n");
        words.flush();
        return Long.parseLong(out.readLine());
    }

    /** Of all its threads that are alive. */
    long cpuNanos() throws IOException {
        long sum = 0;
        for (File thread : Path.of("/proc", Long.toString(pid()), "task").toFile().listFiles()) {
            try {
                sum += Long.parseLong(Files.readString(thread.toPath().resolve("schedstat")).split(" ")[0]);
            } catch (NoSuchFileException e) {
                // it has ended meanwhile: one that serves does not
            }
        }
        return sum;
    }

    long residentBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IOException("no resident size of process " + pid());
    }

    @Override
    public void close() {
        end(process, directory);
    }

    private static void end(@Nullable Process process, Path directory) {
        if (process != null) {
            process.destroyForcibly();
            process.onExit().join();
        }
        try {
            for (String file : List.of(SOCKET, ERRORS)) {
                Files.deleteIfExists(directory.resolve(file));
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
