package com.example.threads;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.core.Loops;
import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;

/** Loops over blocking channels. */
public final class ThreadsEventLoopProvider implements EventLoopProvider {

    /** For {@link java.util.ServiceLoader}. */
    public ThreadsEventLoopProvider() {}

    @Override
    public String name() {
        return "threads";
    }

    @Override
    public int priority() {
        return 1;
    }

    @Override
    public Availability availability() {
        return Availability.yes("JDK " + System.getProperty("java.version") + ", blocking channels");
    }

    @Override
    public EventLoop open(LoopOptions options) {
        if (options.transport() != null) {
            throw new IllegalArgumentException("Backend threads has no transport \"" + options.transport() + "\" (leave it out)");
        }
        return Loops.open(name(), options, new ThreadsTransport());
    }
}
