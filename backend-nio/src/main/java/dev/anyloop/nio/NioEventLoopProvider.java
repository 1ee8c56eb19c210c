package dev.anyloop.nio;

import dev.anyloop.BackendUnavailableException;
import dev.anyloop.Capability;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.core.Loops;
import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import java.io.IOException;
import java.nio.channels.spi.SelectorProvider;
import java.util.ServiceConfigurationError;
import java.util.Set;

/** The backend {@code "nio"}: the JDK's own selectors, always there. */
public final class NioEventLoopProvider implements EventLoopProvider {

    /** For {@link java.util.ServiceLoader}. */
    public NioEventLoopProvider() {}

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public int priority() {
        return 10;
    }

    @Override
    public Availability availability() {
        try {
            return Availability.yes("JDK " + System.getProperty("java.version") + ", "
                    + SelectorProvider.provider().getClass().getSimpleName());
        } catch (ServiceConfigurationError | LinkageError e) {
            return Availability.no("The JDK has no selector provider: " + e
                    + " (remove -Djava.nio.channels.spi.SelectorProvider or correct it)");
        }
    }

    @Override
    public Set<Capability> capabilities() {
        return NioTransport.CAPABILITIES;
    }

    @Override
    public EventLoop open(LoopOptions options) {
        if (options.transport() != null) {
            throw new IllegalArgumentException("Backend nio has no transport \"" + options.transport()
                    + "\" (leave the transport out: the JDK has one kind of selector per system)");
        }
        try {
            return Loops.open(name(), options, new NioTransport());
        } catch (IOException e) {
            throw new BackendUnavailableException("Backend nio cannot open a selector: " + e.getMessage()
                    + " (has the process reached its limit of open files?)", e);
        }
    }
}
