package dev.anyloop;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a loop is opened. Immutable; start from {@link #defaults()}.
 *
 * @param backend the name of the backend, or null to let {@code -Danyloop.backend}, then the class path, choose
 * @param transport the engine's transport or kernel method by its name, for engines that have several
 *     (for example {@code "epoll"}), or null to let the engine choose
 * @param name a name for people, used in {@link EventLoop#describe()} and in the names of helper threads
 * @param resolver how host names are resolved, off the loop
 */
public record LoopOptions(@Nullable String backend, @Nullable String transport, String name, Resolver resolver) {

    private static final LoopOptions DEFAULTS = new LoopOptions(null, null, "anyloop", Resolver.system());

    /**
     * Checks the options.
     *
     * @throws NullPointerException if the name or the resolver is null
     */
    public LoopOptions {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(resolver, "resolver");
    }

    /**
     * The best backend found, named "anyloop", with the system's resolver.
     *
     * @return the default options
     */
    public static LoopOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Names the backend.
     *
     * @param backend its name, for example {@code "nio"}, or null for the best one found
     * @return these options with that backend
     */
    public LoopOptions withBackend(@Nullable String backend) {
        return new LoopOptions(backend, transport, name, resolver);
    }

    /**
     * Names the engine's transport.
     *
     * @param transport its name, for example {@code "epoll"}, or null for the engine's choice; a name the backend
     *     does not know makes {@code open} throw {@link IllegalArgumentException}
     * @return these options with that transport
     */
    public LoopOptions withTransport(@Nullable String transport) {
        return new LoopOptions(backend, transport, name, resolver);
    }

    /**
     * Names the loop.
     *
     * @param name a name for people
     * @return these options with that name
     */
    public LoopOptions withName(String name) {
        return new LoopOptions(backend, transport, name, resolver);
    }

    /**
     * Sets how names are resolved.
     *
     * @param resolver called on a daemon thread
     * @return these options with that resolver
     */
    public LoopOptions withResolver(Resolver resolver) {
        return new LoopOptions(backend, transport, name, resolver);
    }
}
