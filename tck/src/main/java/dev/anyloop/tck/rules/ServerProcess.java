package dev.anyloop.tck.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anyloop.tck.run.Await;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.opentest4j.TestAbortedException;

/** A {@link LimitedServer}, or another that begins and ends like it, in a process of its own, as its parent sees it. */
public final class ServerProcess implements AutoCloseable {

    /** What it says if it cannot make the backend. */
    static final String NONE = "none";

    private final Duration limit;
    private final Path errors;
    private final Process process;
    private final int port;
    private final String charset;

    private ServerProcess(List<String> command, Duration limit) throws IOException {
        this.limit = limit;
        this.errors = Files.createTempFile("tck-server", ".err");
        this.process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        try {
            String[] said = line(limit.multipliedBy(ChildJvm.PATIENCE)).split(" ");
            if (said[0].equals(NONE)) {
                throw new TestAbortedException(Remade.NOT);
            } else if (said.length < 2) {
                throw new ProcessFailure(Files.readString(errors));
            }
            this.port = Integer.parseInt(said[0]);
            this.charset = said[1];
        } catch (Throwable e) {
            forget();
            throw e;
        }
    }

    /** It is short, so that all of it is there when its first byte is. */
    private String line(Duration within) throws IOException {
        InputStream output = process.getInputStream();
        Await.until(within, () -> isReadable(output) || !process.isAlive(), () -> "the process says nothing");
        return isReadable(output) ? new String(output.readNBytes(output.available()), UTF_8).strip() : "";
    }

    private static boolean isReadable(InputStream output) {
        try {
            return output.available() > 0;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Starts a {@link LimitedServer}.
     *
     * @param backend the process has to be able to make either its provider or its kit
     * @param descriptors how many the process may have open
     * @param options for its virtual machine
     */
    public static ServerProcess start(Backend backend, int descriptors, String... options) throws IOException {
        return start(LimitedServer.class, backend, descriptors, options);
    }

    /** Starts another server that prints its port and a second word, and ends with its input. */
    public static ServerProcess start(Class<?> server, Backend backend, int descriptors, String... options)
            throws IOException {
        Class<?> maker = Remade.maker(backend);
        if (!Files.isExecutable(Path.of("/bin/sh"))) {
            throw new TestAbortedException("no shell to limit the descriptors with");
        }
        String limited = "ulimit -n " + descriptors + " && exec \"$@\"";
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", limited, "sh"));
        command.addAll(ChildJvm.command());
        command.addAll(Arrays.asList(options));
        command.addAll(List.of("-cp", ChildJvm.classPath(maker.getClassLoader())));
        command.addAll(List.of(server.getName(), maker.getName()));
        return new ServerProcess(command, backend.limits().get().mustHappen());
    }

    /** What it answers to one byte of input, if it does. */
    public String ask(char question) throws IOException {
        process.getOutputStream().write(question);
        process.getOutputStream().flush();
        return line(limit);
    }

    public int port() {
        return port;
    }

    public String charset() {
        return charset;
    }

    /** Sends it a signal by its name. */
    public void signal(String name) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + process.pid()).start().waitFor();
        if (exit != 0) {
            throw new AssertionError("kill -" + name + ": " + exit);
        }
    }

    /** It ends with its input. */
    @Override
    public void close() throws IOException {
        String said;
        try {
            process.getOutputStream().close();
            Await.until(limit, () -> !process.isAlive(), () -> "the process does not end");
        } finally {
            said = forget();
        }
        if (process.exitValue() != 0) {
            throw new ProcessFailure(said);
        }
    }

    /** Returns what it complained of. */
    private String forget() throws IOException {
        process.destroyForcibly();
        process.getInputStream().close();
        String said = Files.readString(errors);
        Files.delete(errors);
        return said;
    }
}
