package dev.anyloop.tck;

import dev.anyloop.spi.EventLoopProvider;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The kit as the command line runs it. */
class CliKit extends EventLoopTck {

    // set once in a process, before the run; JUnit makes the instances
    private static @Nullable EventLoopProvider provider;
    private static @Nullable Path report;
    private static @Nullable Conformance result;

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

    @Override
    void finished(Conformance conformance) {
        result = conformance;
    }

    /** What the run showed, or null if no test ran. */
    static @Nullable Conformance result() {
        return result;
    }
}
