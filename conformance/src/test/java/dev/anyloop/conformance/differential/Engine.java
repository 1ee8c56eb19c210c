package dev.anyloop.conformance.differential;

import dev.anyloop.BackendUnavailableException;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/** A backend with one of its transports. */
public record Engine(String name, Supplier<EventLoop> loops) {

    /** What is built for a newer one is not in this build at all. */
    private static final Map<String, Integer> OLDEST_JDKS = Map.of("uring", 25);

    static final List<Engine> DEFAULTS = forThisJdk(of("nio", null), of("libevent", null), of("netty", "nio"), of("uring", null));
    public static final List<Engine> ALL = forThisJdk(of("nio", null), of("libevent", null), of("netty", "nio"),
            of("netty", "epoll"), of("netty", "io_uring"), of("uring", null));

    static Engine of(String backend, @Nullable String transport) {
        LoopOptions options = LoopOptions.defaults().withBackend(backend).withTransport(transport);
        return new Engine(transport == null ? backend : backend + "/" + transport, () -> EventLoop.open(options));
    }

    private static List<Engine> forThisJdk(Engine... engines) {
        return Stream.of(engines)
                .filter(engine -> isForThisJdk(engine.name())).toList();
    }

    /** Whether this JDK is new enough for the engine of that name. */
    public static boolean isForThisJdk(String name) {
        return OLDEST_JDKS.getOrDefault(name, 0) <= Runtime.version().feature();
    }

    static Engine named(String name) {
        return ALL.stream().filter(engine -> engine.name().equals(name)).findFirst().orElseThrow();
    }

    public EventLoop open() {
        return loops.get();
    }

    /** Why it cannot be used here, or null. */
    @Nullable String unavailability() {
        try {
            open().close();
            return null;
        } catch (BackendUnavailableException e) {
            return name + " is not available: " + e.getMessage();
        }
    }

    /** Skips the test if the engine is not available, or fails it if {@code -Danyloop.require} names its backend. */
    public void require() {
        String reason = unavailability();
        if (reason == null) {
            return;
        }
        List<String> required = Arrays.asList(System.getProperty("anyloop.require", "").split(","));
        if (required.contains(name) || required.contains(name.replaceFirst("/.*", ""))) {
            throw new AssertionError(reason);
        }
        throw new TestAbortedException(reason);
    }

    @Override
    public String toString() {
        return name;
    }
}
