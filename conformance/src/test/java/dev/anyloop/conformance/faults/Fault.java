package dev.anyloop.conformance.faults;

import org.jspecify.annotations.Nullable;

/** What befalls system calls: asked about each, on another thread than that which makes it. */
interface Fault {

    /** How it fails, or null if it does not. */
    @Nullable Errno errorOf(Call call);

    /** How many bytes it moves at most. */
    default int limitOf(Call call) {
        return Integer.MAX_VALUE;
    }

    /** None. */
    Fault NONE = call -> null;
}
