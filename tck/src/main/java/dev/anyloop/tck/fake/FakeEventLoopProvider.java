package dev.anyloop.tck.fake;

import dev.anyloop.Capability;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.core.Loops;
import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The provider of loops in memory. It is not registered as a service: a test makes one and opens loops with it.
 */
public final class FakeEventLoopProvider implements EventLoopProvider {

    private final FakeClock clock;
    private @Nullable FakeTransport transport;

    /** A provider with a clock of its own. */
    public FakeEventLoopProvider() {
        this(new FakeClock());
    }

    /**
     * A provider.
     *
     * @param clock the clock of its loops
     */
    public FakeEventLoopProvider(FakeClock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Availability availability() {
        return Availability.yes("in memory, virtual time");
    }

    @Override
    public Set<Capability> capabilities() {
        return FakeTransport.CAPABILITIES;
    }

    @Override
    public EventLoop open(LoopOptions options) {
        if (options.transport() != null) {
            throw new IllegalArgumentException("Backend fake has no transport \"" + options.transport() + "\" (leave it out)");
        }
        transport = new FakeTransport(clock);
        return Loops.open(name(), options, transport, clock);
    }

    /**
     * The transport of the loop opened last, to write the script with.
     *
     * @return the transport
     */
    public FakeTransport transport() {
        return Objects.requireNonNull(transport, "no loop has been opened yet");
    }

    /**
     * The clock of its loops.
     *
     * @return the clock
     */
    public FakeClock clock() {
        return clock;
    }
}
