package dev.anyloop.tck.cli;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;
import dev.anyloop.tck.report.Conformance;
import dev.anyloop.tck.run.Jitter;
import dev.anyloop.tck.run.Job;
import dev.anyloop.tck.run.Jobs;
import dev.anyloop.tck.run.Rerun;
import dev.anyloop.tck.run.Seed;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The kit without a build: {@code java -jar anyloop-tck-…-cli.jar --backend-path their.jar}. Runs the same tests as a class
 * that extends {@link EventLoopTck}.
 */
public final class Cli {

    private static final int CONFORMANT = 0;
    private static final int NOT_CONFORMANT = 1;
    private static final int USAGE = 2;
    private static final int INTERNAL = 3;

    private final PrintStream out;

    private Cli(PrintStream out) {
        this.out = out;
    }

    /**
     * Runs the kit and exits: 0 conformant, 1 not, 2 backend not found or wrong usage, 3 the kit itself failed.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new Cli(System.out).run(args));
    }

    private int run(String[] args) {
        try {
            CliOptions options = CliOptions.parse(List.of(args));
            if (options.help()) {
                out.println(CliOptions.USAGE);
                return CONFORMANT;
            }
            options.apply();
            Jobs.by(Stream.concat(Stream.of(Cli.class.getName()), Stream.of(args)).toList());
            try (URLClassLoader classes = classes(options.backendPath())) {
                return run(choose(options, classes), options);
            }
        } catch (UsageException e) {
            out.println(e.getMessage());
            return USAGE;
        } catch (Exception | LinkageError e) {
            out.println("the kit itself failed: " + e);
            e.printStackTrace(out);
            return INTERNAL;
        }
    }

    /** What the command line cannot be run with; the message says the way out. */
    static final class UsageException extends Exception {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    private int run(EventLoopProvider provider, CliOptions options) {
        out.println("backend " + provider.name() + ": " + provider.availability().detail());
        out.println("seed " + Seed.current().value() + ", " + Jitter.measured());
        CliKit.use(provider, options.report());
        Rerun.by((kit, test) -> options.again(test, Seed.current().value()));
        CliProgress progress = new CliProgress(out);
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(CliKit.class))
                .build();
        LauncherFactory.create().execute(request, progress);
        if (Job.isOne()) {
            return CONFORMANT; // the process that has begun it tells what came of it
        }
        Conformance conformance = Conformance.latest();
        if (conformance == null) {
            out.println("no test ran" + (options.include() == null ? "" : ": --include " + options.include()
                    + " matches no rule and no test"));
            return USAGE;
        }
        out.println(options.include() == null ? conformance.verdict() : "only " + options.include() + " ran: no verdict");
        out.println("report: " + options.report().toAbsolutePath().normalize());
        return progress.failures() > 0 || (options.include() == null && !conformance.isConformant())
                ? NOT_CONFORMANT : CONFORMANT;
    }

    private static URLClassLoader classes(List<Path> paths) throws IOException, UsageException {
        List<URL> urls = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw new UsageException("--backend-path: there is no " + path);
            }
            urls.add(path.toUri().toURL());
        }
        return new URLClassLoader("backend", urls.toArray(URL[]::new), Cli.class.getClassLoader());
    }

    private static EventLoopProvider choose(CliOptions options, ClassLoader classes) throws UsageException {
        List<EventLoopProvider> found = new ArrayList<>();
        List<String> broken = new ArrayList<>();
        var providers = ServiceLoader.load(EventLoopProvider.class, classes).iterator();
        while (true) {
            try {
                if (!providers.hasNext()) {
                    break;
                }
                found.add(providers.next());
            } catch (ServiceConfigurationError | LinkageError e) {
                broken.add("  a provider that cannot be loaded: " + e.getMessage());
            }
        }
        String list = list(found, broken);
        List<EventLoopProvider> wanted = found.stream()
                .filter(provider -> options.backend() == null || provider.name().equals(options.backend()))
                .toList();
        if (wanted.isEmpty()) {
            throw new UsageException((options.backend() == null ? "no backend" : "no backend \"" + options.backend() + "\"")
                    + " in --backend-path\n" + list);
        } else if (wanted.size() > 1) {
            throw new UsageException("several backends in --backend-path: name one with --backend\n" + list);
        } else if (!wanted.get(0).availability().available()) {
            throw new UsageException("the backend is not available here\n" + list);
        }
        return wanted.get(0);
    }

    private static String list(List<EventLoopProvider> found, List<String> broken) {
        List<String> lines = new ArrayList<>();
        lines.add(found.isEmpty() && broken.isEmpty()
                ? "found: none (is META-INF/services/" + EventLoopProvider.class.getName() + " in the jar?)" : "found:");
        found.forEach(provider -> lines.add("  " + provider.name() + ": "
                + (provider.availability().available() ? "available, " : "not available: ")
                + provider.availability().detail()));
        lines.addAll(broken);
        return String.join("\n", lines);
    }
}
