package dev.anyloop.uring;

import dev.anyloop.BackendUnavailableException;
import dev.anyloop.Capability;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.core.Loops;
import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import java.io.IOException;
import java.util.Set;

/** The backend {@code "uring"}: Linux's io_uring, through the JDK's foreign functions. */
public final class UringEventLoopProvider implements EventLoopProvider {

    /** For {@link java.util.ServiceLoader}. */
    public UringEventLoopProvider() {}

    @Override
    public String name() {
        return "uring";
    }

    @Override
    public int priority() {
        return 5; // it has to be asked for by name where there is another
    }

    @Override
    public Availability availability() {
        return Support.availability();
    }

    @Override
    public Set<Capability> capabilities() {
        return UringTransport.CAPABILITIES;
    }

    @Override
    public EventLoop open(LoopOptions options) {
        if (options.transport() != null) {
            throw new IllegalArgumentException("Backend uring has no transport \"" + options.transport() + "\" (leave it out)");
        }
        try {
            return Loops.open(name(), options, new UringTransport(Features.probed()));
        } catch (IOException e) {
            throw new BackendUnavailableException("Backend uring cannot open a ring: " + e.getMessage(), e);
        }
    }
}
