package dev.anyloop.sim;

import dev.anyloop.BackendUnavailableException;
import dev.anyloop.Capability;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import java.util.Set;

/**
 * The backend {@code "sim"}, which is there only inside the programs of a {@link Simulation}, and comes first there: a loop
 * that a simulated program opens is one more loop of its host, not one on the network of the machine that runs the test.
 */
public final class SimEventLoopProvider implements EventLoopProvider {

    private static final String OUTSIDE = "not inside a program of a simulation (for a loop of a host, use Simulation.host(name).open())";

    /** For {@link java.util.ServiceLoader}. */
    public SimEventLoopProvider() {}

    @Override
    public String name() {
        return "sim";
    }

    @Override
    public int priority() {
        return 1_000;
    }

    @Override
    public Availability availability() {
        Host host = Scheduler.currentHost();
        return host == null ? Availability.no(OUTSIDE) : Availability.yes("host " + host + " of a simulation");
    }

    @Override
    public Set<Capability> capabilities() {
        return SimTransport.CAPABILITIES;
    }

    @Override
    public EventLoop open(LoopOptions options) {
        if (options.transport() != null) {
            throw new IllegalArgumentException("Backend sim has no transport \"" + options.transport() + "\" (leave it out)");
        }
        Host host = Scheduler.currentHost();
        if (host == null) {
            throw new BackendUnavailableException("Backend sim: " + OUTSIDE);
        }
        return host.open(options);
    }
}
