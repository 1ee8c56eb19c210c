package dev.anyloop.examples;

import dev.anyloop.BackendUnavailableException;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;

/** A backend whose engine is not there. */
public final class AbsentProvider implements EventLoopProvider {

    @Override
    public String name() {
        return "absent";
    }

    @Override
    public int priority() {
        return 100;
    }

    @Override
    public Availability availability() {
        return Availability.no("its engine was not found\ninstall: it");
    }

    @Override
    public EventLoop open(LoopOptions options) {
        throw new BackendUnavailableException("absent");
    }
}
