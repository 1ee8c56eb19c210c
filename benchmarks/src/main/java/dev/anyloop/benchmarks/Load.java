package dev.anyloop.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The programs that make load, pinned to the second core. */
final class Load {

    private static final int LOAD_CORE = 1;

    private final Map<String, Path> programs;

    Load(Map<String, Path> programs) {
        this.programs = programs;
    }

    /** Runs one against a server; what it prints in the end. */
    String run(String program, ServerProcess server, int... arguments) throws IOException {
        List<Long> all = new ArrayList<>(List.of((long) server.port(), server.pid()));
        for (int argument : arguments) {
            all.add((long) argument);
        }
        Process process = start(program, all);
        String output = new String(process.getInputStream().readAllBytes()).strip();
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IOException(program + " against " + server.candidate().name() + ": " + output);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return output;
    }

    private Process start(String program, List<Long> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(programs.get(program).toString()));
        arguments.forEach(argument -> command.add(argument.toString()));
        return new ProcessBuilder(Pinning.to(LOAD_CORE, command)).redirectErrorStream(true).start();
    }

    /** Begins to open idle connections, which stay until the crowd is closed. */
    Crowd crowd(ServerProcess server, int connections) throws IOException {
        return new Crowd(start("idle", List.of((long) server.port(), (long) connections)));
    }

    /** Connections that say nothing. */
    static final class Crowd implements AutoCloseable {

        private final Process process;

        private Crowd(Process process) {
            this.process = process;
        }

        /** Returns when all of them are connected. */
        void assemble() throws IOException {
            String line = process.inputReader().readLine();
            if (!"ready".equals(line)) {
                throw new IOException("idle: " + line);
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
            process.onExit().join();
        }
    }
}
