package dev.anyloop.tck.cli;

import static java.util.stream.Collectors.joining;

import dev.anyloop.tck.cli.Cli.UsageException;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the command line says. */
record CliOptions(
        List<Path> backendPath,
        @Nullable String backend,
        @Nullable String include,
        @Nullable String seed,
        @Nullable String timeoutFactor,
        @Nullable String jobs,
        Path report,
        boolean help) {

    static final String USAGE = """
            usage: java -jar anyloop-tck-cli.jar --backend-path PATH [options]
              --backend-path PATH   the backend's jars and class folders, separated as in a class path
              --backend NAME        which of its backends, if there are several
              --include GLOBS       only some rules or tests, for example 'TIMER-*,CONN-003'
              --seed N              repeat a run
              --timeout-factor F    wait F times as long: for slow machines
              --jobs N              share the tests among N processes, which takes less time
              --report DIR          where the report goes, default conformance-report
              --help                this text
            exit codes: 0 conformant, 1 not, 2 backend not found or wrong usage, 3 the kit itself failed""";

    static CliOptions parse(List<String> args) throws UsageException {
        List<Path> backendPath = List.of();
        String backend = null;
        String include = null;
        String seed = null;
        String timeoutFactor = null;
        String jobs = null;
        Path report = Path.of("conformance-report");
        boolean help = false;
        for (Iterator<String> words = args.iterator(); words.hasNext(); ) {
            String option = words.next();
            switch (option) {
                case "--backend-path" -> backendPath = Arrays.stream(value(option, words).split(File.pathSeparator))
                        .map(Path::of)
                        .toList();
                case "--backend" -> backend = value(option, words);
                case "--include" -> include = value(option, words);
                case "--seed" -> seed = number(option, value(option, words), "-?\\d{1,18}");
                case "--timeout-factor" ->
                    timeoutFactor = number(option, value(option, words), "\\d{1,3}(\\.\\d{1,6})?");
                case "--jobs" -> jobs = number(option, value(option, words), "[1-9]|[1-5]\\d|6[0-4]");
                case "--report" -> report = Path.of(value(option, words));
                case "--help" -> help = true;
                default -> throw new UsageException("unknown option: " + option + "\n" + USAGE);
            }
        }
        if (backendPath.isEmpty() && !help) {
            throw new UsageException("--backend-path is missing\n" + USAGE);
        }
        return new CliOptions(backendPath, backend, include, seed, timeoutFactor, jobs, report, help);
    }

    private static String value(String option, Iterator<String> words) throws UsageException {
        if (!words.hasNext()) {
            throw new UsageException(option + " needs a value\n" + USAGE);
        }
        return words.next();
    }

    private static String number(String option, String value, String pattern) throws UsageException {
        if (!value.matches(pattern)) {
            throw new UsageException(option + " is not a number of the right size: " + value + "\n" + USAGE);
        }
        return value;
    }

    /** The command that runs one test again as this one has run it. */
    String again(String test, long seedOfTheRun) {
        return "java -jar anyloop-tck-cli.jar --backend-path "
                + backendPath.stream().map(Path::toString).collect(joining(File.pathSeparator))
                + (backend == null ? "" : " --backend " + backend)
                + (timeoutFactor == null ? "" : " --timeout-factor " + timeoutFactor)
                + " --include " + test + " --seed " + seedOfTheRun;
    }

    /** The tests read properties, as in a build. */
    void apply() {
        set("tck.include", include);
        set("tck.seed", seed);
        set("tck.timeoutFactor", timeoutFactor);
        set("tck.jobs", jobs);
    }

    private static void set(String property, @Nullable String value) {
        if (value != null) {
            System.setProperty(property, value);
        }
    }
}
