package dev.anyloop;

import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;

/** A provider that is only ever chosen, never opened. */
class StubProvider implements EventLoopProvider {

    private final String name;
    private final int priority;
    private final Availability availability;

    StubProvider(String name, int priority, Availability availability) {
        this.name = name;
        this.priority = priority;
        this.availability = availability;
    }

    static StubProvider available(String name, int priority) {
        return new StubProvider(name, priority, Availability.yes(name + " 1.0"));
    }

    static StubProvider missing(String name, int priority) {
        return new StubProvider(name, priority, Availability.no("lib" + name + " was not found\ninstall: it"));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int priority() {
        return priority;
    }

    @Override
    public Availability availability() {
        return availability;
    }

    @Override
    public EventLoop open(LoopOptions options) {
        throw new UnsupportedOperationException("not opened in these tests");
    }
}
