package dev.anyloop.benchmarks.servers;

import dev.anyloop.PemFiles;
import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What a server over TLS shows, as PEM files that all of them read.
 *
 * @param chain its certificate
 * @param key the private key to it, PKCS#8
 */
public record Identity(Path chain, Path key) {

    /** In which directory it is, in the environment of a server; without it, the server is a plain one. */
    public static final String VARIABLE = "BENCH_IDENTITY";

    public static final String CHAIN = "chain.pem";
    public static final String KEY = "key.pem";

    static @Nullable Identity given() {
        String directory = System.getenv(VARIABLE);
        return directory == null ? null : new Identity(Path.of(directory, CHAIN), Path.of(directory, KEY));
    }

    SSLContext context() throws IOException {
        return PemFiles.identity(chain, key);
    }
}
