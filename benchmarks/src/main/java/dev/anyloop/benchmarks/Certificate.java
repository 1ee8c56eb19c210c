package dev.anyloop.benchmarks;

import dev.anyloop.benchmarks.servers.Identity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Of the servers over TLS, and the key to it: made anew for each run, on the curve P-256, which is what most servers have today. */
final class Certificate {

    private static final String TOOL = "openssl";

    private Certificate() {}

    /** In this directory. */
    static void make(Path directory) throws IOException {
        if (!Tools.has(TOOL)) {
            throw new IOException(TOOL + " is not installed");
        }
        List<String> command = List.of(TOOL, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-subj", "/CN=localhost", "-days", "2",
                "-keyout", directory.resolve(Identity.KEY).toString(), "-out", directory.resolve(Identity.CHAIN).toString());
        Process openssl = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(openssl.getInputStream().readAllBytes()).strip();
        if (openssl.onExit().join().exitValue() != 0) {
            throw new IOException(TOOL + ": " + output);
        }
    }
}
