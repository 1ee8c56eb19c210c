package dev.anyloop.tck.cli;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The kit as the command line runs it. */
class CliKit extends EventLoopTck {

    // set once in a process, before the run; JUnit makes the instances
    private static @Nullable EventLoopProvider provider;
    private static @Nullable Path report;

    static void use(EventLoopProvider backend, Path directory) {
        provider = backend;
        report = directory;
    }

    @Override
    protected EventLoopProvider provider() {
        return Objects.requireNonNull(provider);
    }

    @Override
    protected @Nullable Path report() {
        return report;
    }
}
