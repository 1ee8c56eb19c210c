package dev.anyloop;

import static java.util.stream.Collectors.joining;

import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The backends on the class path, and the choice among them: by name, else the available one of the highest priority,
 * never by the order of the class path.
 */
final class Backends {

    /** Names the backend when the options do not. */
    static final String PROPERTY = "anyloop.backend";

    /** A class path that cannot be read at all fails the same look again and again. */
    private static final int MOST_PROVIDERS = 1000;

    private static final Comparator<EventLoopProvider> BEST_FIRST =
            Comparator.comparingInt(EventLoopProvider::priority)
                    .reversed()
                    .thenComparing(EventLoopProvider::name)
                    .thenComparing(provider -> provider.getClass().getName());

    private final List<EventLoopProvider> providers;
    private final List<Unloadable> unloadable;
    private final Predicate<KnownBackend> seen;

    /**
     * Takes what was found.
     *
     * @param providers those that were loaded
     * @param unloadable those that were not
     * @param seen whether the classes of a backend are there
     */
    Backends(Collection<EventLoopProvider> providers, Collection<Unloadable> unloadable, Predicate<KnownBackend> seen) {
        List<Unloadable> unfit = new ArrayList<>(unloadable);
        this.providers = providers.stream().filter(provider -> isFit(provider, unfit)).sorted(BEST_FIRST).toList();
        this.unloadable = List.copyOf(unfit);
        this.seen = seen;
    }

    /** Without a name and a priority it cannot even be told from the good ones, and must not take them down with it. */
    private static boolean isFit(EventLoopProvider provider, List<Unloadable> unfit) {
        try {
            provider.priority();
            Objects.requireNonNull(provider.name(), "name() is null");
            return true;
        } catch (RuntimeException | LinkageError e) {
            unfit.add(Unloadable.unfit(provider, e));
            return false;
        }
    }

    /** Looks with the API's class loader first and, for containers that load it apart, with the thread's. */
    static Backends found() {
        List<EventLoopProvider> providers = new ArrayList<>();
        Set<Unloadable> unloadable = new LinkedHashSet<>(); // the two loaders may stumble over the same one
        List<ClassLoader> asked = new ArrayList<>();
        load(EventLoop.class.getClassLoader(), asked, providers, unloadable);
        if (providers.isEmpty()) {
            load(Thread.currentThread().getContextClassLoader(), asked, providers, unloadable);
        }
        return new Backends(providers, unloadable, known -> asked.stream().anyMatch(known::isSeenBy));
    }

    /** A provider that cannot be loaded is noted and passed over: it must not take the good ones down with it. */
    private static void load(@Nullable ClassLoader loader, List<ClassLoader> asked, List<EventLoopProvider> providers,
            Set<Unloadable> unloadable) {
        asked.add(loader == null ? ClassLoader.getSystemClassLoader() : loader);
        Iterator<EventLoopProvider> found = ServiceLoader.load(EventLoopProvider.class, loader).iterator();
        for (int i = 0; i < MOST_PROVIDERS; i++) {
            try {
                if (!found.hasNext()) {
                    return;
                }
                providers.add(found.next());
            } catch (ServiceConfigurationError | LinkageError e) {
                unloadable.add(Unloadable.because(e));
            }
        }
    }

    EventLoopProvider choose(LoopOptions options) {
        String option = options.backend();
        String property = System.getProperty(PROPERTY);
        if (option != null) {
            return byName(option, "LoopOptions");
        }
        return property != null && !property.isBlank() ? byName(property, "-D" + PROPERTY) : best();
    }

    private EventLoopProvider byName(String name, String source) {
        String wanted = "backend \"" + name + "\", named by " + source + ",";
        EventLoopProvider provider = providers.stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow(() -> notFound(name, wanted));
        Availability availability = availability(provider);
        if (!availability.available()) {
            throw new BackendUnavailableException(
                    wanted + " is not available: " + availability.detail() + "\n" + describe());
        }
        return provider;
    }

    private BackendUnavailableException notFound(String name, String wanted) {
        String problem = unloadable.stream()
                .filter(one -> one.isNamed(name))
                .findFirst()
                .map(one -> " is not available: " + one.reason() + "\n" + describe())
                .orElseGet(() -> " was not found\n" + describe() + "\n" + wayOut(name));
        return new BackendUnavailableException(wanted + problem);
    }

    /** For a name of ours what to do about it; for any other, what there is instead. */
    private String wayOut(String name) {
        Optional<KnownBackend> ours = KnownBackend.named(name);
        if (ours.isPresent()) {
            return unregistered().contains(ours.get()) ? KnownBackend.howToMerge() : KnownBackend.howToAdd();
        }
        return providers.isEmpty() ? wayOut() : "Use one of these names, or add the backend that has this one: "
                + providers.stream().map(EventLoopProvider::name).collect(joining(", "));
    }

    private String wayOut() {
        return unregistered().isEmpty() ? KnownBackend.howToAdd() : KnownBackend.howToMerge();
    }

    /** Asks no further than the first that is available, because being asked may cost a backend a lot. */
    private EventLoopProvider best() {
        EventLoopProvider best = providers.stream()
                .filter(p -> availability(p).available())
                .findFirst()
                .orElseThrow(() -> new BackendUnavailableException(
                        "no backend is available on the class path\n" + describe() + "\n" + wayOut()));
        if (providers.size() > 1) {
            System.getLogger("dev.anyloop")
                    .log(System.Logger.Level.DEBUG, () -> "backend " + best.name() + " chosen of "
                            + providers.stream().map(EventLoopProvider::name).collect(joining(", ")));
        }
        return best;
    }

    /**
     * Those a jar made of several has lost, because one file of services has replaced another: only the classes are left.
     * If there is an unknown provider that cannot be loaded it may be one of them.
     */
    private List<KnownBackend> unregistered() {
        return Arrays.stream(KnownBackend.values())
                .filter(known -> unloadable.stream().noneMatch(one -> one.known() == null || one.known() == known)
                        && providers.stream().noneMatch(known::is) && seen.test(known))
                .toList();
    }

    /** One entry for each backend found, as the doctor prints it. */
    String describe() {
        StringBuilder text = new StringBuilder();
        for (EventLoopProvider provider : providers) {
            Availability availability = availability(provider);
            text.append("\n  ").append(provider.name())
                    .append(" (priority ").append(provider.priority()).append("): ")
                    .append(availability.available() ? "available, " : "not available: ")
                    .append(availability.detail().replace("\n", "\n    "))
                    .append(capabilities(provider));
        }
        unloadable.forEach(one -> text.append("\n  ").append(one.description()));
        unregistered().forEach(known -> text.append("\n  ").append(known.unregistered()));
        return text.isEmpty() ? "Found: none" : "Found:" + text;
    }

    /** A line of its own, if there are any. */
    private static String capabilities(EventLoopProvider provider) {
        try {
            String words = provider.capabilities().stream().sorted().map(Capability::toString).collect(joining(", "));
            return words.isEmpty() ? "" : "\n    has " + words;
        } catch (RuntimeException | LinkageError e) {
            return "\n    its capabilities() throws " + Unloadable.printed(e) + " (a bug of the backend: report it there)";
        }
    }

    /** It must not throw (DISC-002); one that does must not hide the others. */
    private static Availability availability(EventLoopProvider provider) {
        try {
            return Objects.requireNonNull(provider.availability(), "null");
        } catch (RuntimeException | LinkageError e) {
            return Availability.no("its availability() throws " + Unloadable.printed(e) + " (a bug of the backend: report it there)");
        }
    }
}
