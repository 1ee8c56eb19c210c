package dev.anyloop.conformance;

import dev.anyloop.BackendUnavailableException;
import dev.anyloop.Capability;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.core.transport.Transport;
import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import java.io.IOException;
import java.util.Set;

/** A good provider, for mutants to override a method of it. */
class BrokenProvider implements EventLoopProvider {

    @Override
    public String name() {
        return BrokenKit.ground().backend();
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Availability availability() {
        return Availability.yes("broken on purpose");
    }

    @Override
    public Set<Capability> capabilities() {
        return BrokenKit.ground().capabilities();
    }

    @Override
    public EventLoop open(LoopOptions options) {
        if (options.transport() != null) {
            throw new IllegalArgumentException("no such transport: " + options.transport());
        }
        try {
            return BrokenKit.ground().open(options, this::transport);
        } catch (IOException e) {
            throw new BackendUnavailableException("The broken backend cannot open a selector", e);
        }
    }

    /** What the loop is opened on. */
    Transport transport(Transport good) {
        return good;
    }
}
