package dev.anyloop.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The programs that make load, pinned to the second core. */
final class Load {

    private static final int LOAD_CORE = 1;

    private final Map<String, Path> programs;

    Load(Map<String, Path> programs) {
        this.programs = programs;
    }

    /** Runs one against a server; what it prints. */
    String run(String program, ServerProcess server, int... arguments) throws IOException {
        return run(command(program, server, Integer.toString(server.port()), arguments));
    }

    /** Runs any program on the core of the load; what it prints. */
    static String run(List<String> command) throws IOException {
        Process process = start(command);
        String output = new String(process.getInputStream().readAllBytes()).strip();
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(command + ": " + output);
        }
        return output;
    }

    private List<String> command(String program, ServerProcess server, String address, int... arguments) {
        List<String> command = new ArrayList<>(List.of(programs.get(program + server.service().suffix()).toString(),
                address, Long.toString(server.pid())));
        for (int argument : arguments) {
            command.add(Integer.toString(argument));
        }
        return command;
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(Pinning.to(LOAD_CORE, command)).redirectErrorStream(true).start();
    }

    /** Starts a program that begins to open connections, which stay until the crowd is closed. */
    Crowd crowd(String program, ServerProcess server, int... arguments) throws IOException {
        return crowd(program, server, Integer.toString(server.port()), arguments);
    }

    /** The same at one of the server's addresses, its port or its path. */
    Crowd crowd(String program, ServerProcess server, String address, int... arguments) throws IOException {
        return new Crowd(program, start(command(program, server, address, arguments)));
    }

    /** Connections that say nothing, or nothing before they are told to. */
    static final class Crowd implements AutoCloseable {

        private final String program;
        private final Process process;

        private Crowd(String program, Process process) {
            this.program = program;
            this.process = process;
        }

        /** Returns when all of them are connected. */
        void assemble() throws IOException {
            String line = process.inputReader().readLine();
            if (!"ready".equals(line)) {
                throw new IOException(program + ": " + line);
            }
        }

        /** Lets them do what they are there for; the line that the program prints. */
        String run() throws IOException {
            process.outputWriter().append('\n').flush();
            String line = process.inputReader().readLine();
            if (process.onExit().join().exitValue() != 0) {
                throw new IOException(program + ": " + line);
            }
            return line;
        }

        @Override
        public void close() {
            process.destroyForcibly();
            process.onExit().join();
        }
    }
}
