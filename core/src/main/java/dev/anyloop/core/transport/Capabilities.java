package dev.anyloop.core.transport;

import dev.anyloop.Capability;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What engines have of what depends on the system too. */
public final class Capabilities {

    private Capabilities() {}

    /**
     * Those of them that this system has. It spreads connections over the sockets of a port on Linux; elsewhere one socket gets them
     * all, or the option is not {@code SO_REUSEPORT}.
     *
     * @param ofEngine what the engine has where the system does
     * @return immutable, the same at each call
     */
    public static Set<Capability> here(Capability... ofEngine) {
        Set<Capability> here = EnumSet.noneOf(Capability.class);
        here.addAll(List.of(ofEngine));
        if (!System.getProperty("os.name").equals("Linux")) {
            here.remove(Capability.REUSE_PORT);
        }
        return Collections.unmodifiableSet(here);
    }
}
