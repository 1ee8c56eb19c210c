package dev.anyloop.sim;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * The threads of a simulation. A user's has one, the test's own, on which nothing may block; the conformance kit's has others,
 * of which one runs at a time.
 */
interface Threads {

    /** Refuses the calling thread if it is none of them. */
    void check();

    /**
     * Lets the simulation go on.
     *
     * @param until a moment, or {@link Long#MAX_VALUE} for without limit
     * @return whether the condition holds; false if the moment has come, or if nothing is left that could happen
     */
    boolean await(long until, BooleanSupplier condition);

    /** Does what may take long, such as to ask a resolver, where it does not block a loop of the host. */
    void elsewhere(Host host, Duration time, Runnable work);
}
