package dev.anyloop.conformance.differential;

import dev.anyloop.BackendUnavailableException;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/** A backend with one of its transports. */
public record Engine(String name, Supplier<EventLoop> loops) {

    static final List<Engine> DEFAULTS = List.of(of("nio", null), of("libevent", null), of("netty", "nio"));
    public static final List<Engine> ALL = List.of(of("nio", null), of("libevent", null), of("netty", "nio"),
            of("netty", "epoll"), of("netty", "io_uring"));

    static Engine of(String backend, @Nullable String transport) {
        LoopOptions options = LoopOptions.defaults().withBackend(backend).withTransport(transport);
        return new Engine(transport == null ? backend : backend + "/" + transport, () -> EventLoop.open(options));
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
