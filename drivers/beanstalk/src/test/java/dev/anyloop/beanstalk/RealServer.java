package dev.anyloop.beanstalk;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A beanstalkd of the system in a process of its own, on a port of the loopback interface that is free. Closing it kills it. */
final class RealServer implements AutoCloseable {

    static final String HOST = "127.0.0.1";

    private static final int TRIES = 20; // another process may take a port that was free
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final List<String> options;
    private final int port;
    private Process process;

    private RealServer(List<String> options, int port, Process process) {
        this.options = options;
        this.port = port;
        this.process = process;
    }

    /** Skips the test where there is none, unless {@code -Dbeanstalkd.require=true}. */
    static void assumeInstalled() {
        assumeTrue(isThere() || Boolean.getBoolean("beanstalkd.require"),
                "there is no beanstalkd on the PATH: apt-get install beanstalkd");
    }

    static RealServer start(String... options) throws Exception {
        assumeInstalled();
        for (int i = 0; i < TRIES; i++) {
            int port = freePort();
            Process process = run(List.of(options), port);
            if (answers(process, port)) {
                return new RealServer(List.of(options), port, process);
            }
        }
        return fail("beanstalkd does not start");
    }

    private static boolean isThere() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "beanstalkd")));
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return free.getLocalPort();
        }
    }

    private static Process run(List<String> options, int port) throws IOException {
        List<String> command = new ArrayList<>(List.of("beanstalkd", "-l", HOST, "-p", String.valueOf(port)));
        command.addAll(options);
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }

    /** True when it listens, false when it has ended. */
    private static boolean answers(Process process, int port) throws InterruptedException {
        long start = System.nanoTime();
        while (process.isAlive() && System.nanoTime() - start < PATIENCE_NANOS) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(HOST, port));
                return !process.waitFor(20, TimeUnit.MILLISECONDS); // or somebody else has the port
            } catch (IOException notYet) {
                process.waitFor(5, TimeUnit.MILLISECONDS);
            }
        }
        return false;
    }

    int port() {
        return port;
    }

    /** SIGUSR1: it takes no more jobs. */
    void drain() throws Exception {
        new ProcessBuilder("kill", "-USR1", String.valueOf(process.pid())).start().waitFor();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** On the same port. */
    void startAgain() throws Exception {
        for (int i = 0; i < TRIES; i++) {
            process = run(options, port);
            if (answers(process, port)) {
                return;
            }
        }
        fail("beanstalkd does not start again");
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
