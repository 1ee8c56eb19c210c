package dev.anyloop.libevent;

import dev.anyloop.BackendUnavailableException;
import dev.anyloop.Capability;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.core.Loops;
import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import java.io.IOException;
import java.util.Set;

/** The backend {@code "libevent"}: the libevent 2 that Linux systems package, through JNA. */
public final class LibeventEventLoopProvider implements EventLoopProvider {

    /** For {@link java.util.ServiceLoader}. */
    public LibeventEventLoopProvider() {}

    @Override
    public String name() {
        return "libevent";
    }

    @Override
    public int priority() {
        return 20;
    }

    @Override
    public Availability availability() {
        return LibeventLibrary.availability();
    }

    @Override
    public Set<Capability> capabilities() {
        return LibeventTransport.CAPABILITIES;
    }

    @Override
    public EventLoop open(LoopOptions options) {
        KernelMethod method = options.transport() == null ? null : KernelMethod.of(options.transport());
        try {
            return Loops.open(name(), options, LibeventTransport.open(method));
        } catch (IOException e) {
            throw new BackendUnavailableException("Backend libevent cannot open an event base: " + e.getMessage(), e);
        }
    }
}
