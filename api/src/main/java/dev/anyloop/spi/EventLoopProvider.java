package dev.anyloop.spi;

import dev.anyloop.BackendUnavailableException;
import dev.anyloop.Capability;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import java.util.Set;

/**
 * A backend, found by {@link java.util.ServiceLoader}: name it in {@code META-INF/services} and, in a module, with
 * {@code provides}. It has a public constructor without parameters that does nothing costly.
 */
public interface EventLoopProvider {

    /**
     * The name users choose it by.
     *
     * @return a short lower-case word, for example {@code "nio"}; the same as {@link EventLoop#backend()} (DISC-001)
     */
    String name();

    /**
     * Decides among several available backends; of equal ones the first by name is chosen.
     *
     * @return higher is preferred; the backends of this project use 5 to 20
     */
    int priority();

    /**
     * Tells whether a loop can be opened here and now, and works: says yes only of what it has tried (DISC-003). May load
     * classes and native libraries, never throws (DISC-002). Asked for every loop that is opened, so it remembers what is
     * costly to find out.
     *
     * @return available with details, or unavailable with the reason and the way out
     */
    Availability availability();

    /**
     * Tells what its loops have beyond what all have. What is named works as the specification says, and what is not is refused
     * by them (ERR-003). The answer is always the same, costs little, and does not depend on {@link #availability()} (DISC-004).
     *
     * @return by default nothing; of a backend built on core the same as its transports say
     */
    default Set<Capability> capabilities() {
        return Set.of();
    }

    /**
     * Opens a loop that belongs to the calling thread. Succeeds when {@link #availability()} says so (DISC-003).
     *
     * @param options the name, the resolver and the transport are honoured here; the backend is already chosen
     * @return a loop that is not running yet
     * @throws IllegalArgumentException if the options name a transport this backend does not know
     * @throws BackendUnavailableException if it is not available after all
     */
    EventLoop open(LoopOptions options);
}
