package dev.anyloop;

import static java.util.stream.Collectors.joining;

import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The backends on the class path, and the choice among them: by name, else the available one of the highest priority,
 * never by the order of the class path.
 */
final class Backends {

    /** Names the backend when the options do not. */
    static final String PROPERTY = "anyloop.backend";

    private static final String WAY_OUT = """
            Add one of these dependencies (group dev.anyloop):
              anyloop-nio       pure JDK, works everywhere
              anyloop-libevent  the system's libevent 2 through JNA (Linux)
              anyloop-netty     Netty's transports""";

    private static final Comparator<EventLoopProvider> BEST_FIRST =
            Comparator.comparingInt(EventLoopProvider::priority).reversed().thenComparing(EventLoopProvider::name);

    private final List<EventLoopProvider> providers;
    private final List<String> broken;

    Backends(List<EventLoopProvider> providers, List<String> broken) {
        this.providers = providers.stream().sorted(BEST_FIRST).toList();
        this.broken = List.copyOf(broken);
    }

    /** Looks with the API's class loader first and, for containers that load it apart, with the thread's. */
    static Backends found() {
        List<EventLoopProvider> providers = new ArrayList<>();
        List<String> broken = new ArrayList<>();
        load(EventLoop.class.getClassLoader(), providers, broken);
        if (providers.isEmpty()) {
            load(Thread.currentThread().getContextClassLoader(), providers, broken);
        }
        return new Backends(providers, broken);
    }

    /** A provider that cannot be loaded is noted and passed over: it must not take the good ones down with it. */
    private static void load(
            @Nullable ClassLoader loader, List<EventLoopProvider> providers, List<String> broken) {
        Iterator<EventLoopProvider> found = ServiceLoader.load(EventLoopProvider.class, loader).iterator();
        while (true) {
            try {
                if (!found.hasNext()) {
                    return;
                }
                providers.add(found.next());
            } catch (ServiceConfigurationError | LinkageError e) {
                broken.add(e.getMessage() == null ? e.toString() : e.getMessage());
            }
        }
    }

    List<EventLoopProvider> providers() {
        return providers;
    }

    EventLoopProvider choose(LoopOptions options) {
        String named = options.backend() != null ? options.backend() : System.getProperty(PROPERTY);
        return named != null ? byName(named) : best();
    }

    private EventLoopProvider byName(String name) {
        EventLoopProvider provider = providers.stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BackendUnavailableException(
                        "no backend named \"" + name + "\" on the class path\n" + describe() + "\n" + WAY_OUT));
        Availability availability = provider.availability();
        if (!availability.available()) {
            throw new BackendUnavailableException(
                    "backend \"" + name + "\" is not available: " + availability.detail() + "\n" + describe());
        }
        return provider;
    }

    private EventLoopProvider best() {
        List<EventLoopProvider> available =
                providers.stream().filter(p -> p.availability().available()).toList();
        if (available.isEmpty()) {
            throw new BackendUnavailableException(
                    "no available backend on the class path\n" + describe() + "\n" + WAY_OUT);
        }
        if (available.size() > 1) {
            System.getLogger("dev.anyloop")
                    .log(System.Logger.Level.DEBUG, () -> "backend " + available.get(0).name() + " chosen of "
                            + available.stream().map(EventLoopProvider::name).collect(joining(", ")));
        }
        return available.get(0);
    }

    /** One entry for each backend found, as the doctor prints it. */
    String describe() {
        if (providers.isEmpty() && broken.isEmpty()) {
            return "Found: none";
        }
        StringBuilder text = new StringBuilder("Found:");
        for (EventLoopProvider provider : providers) {
            Availability availability = provider.availability();
            text.append("\n  ").append(provider.name())
                    .append(" (priority ").append(provider.priority()).append("): ")
                    .append(availability.available() ? "available, " : "not available: ")
                    .append(availability.detail().replace("\n", "\n    "));
        }
        broken.forEach(problem -> text.append("\n  a provider that cannot be loaded: ").append(problem));
        return text.toString();
    }
}
