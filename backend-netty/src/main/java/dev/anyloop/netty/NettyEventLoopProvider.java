package dev.anyloop.netty;

import dev.anyloop.BackendUnavailableException;
import dev.anyloop.Capability;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.core.Loops;
import dev.anyloop.core.transport.Capabilities;
import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The backend {@code "netty"}. Its transports are {@code nio}, {@code epoll} and {@code io_uring}: by the option, else
 * by {@code -Danyloop.netty.transport}, else epoll where it can be used and nio where not.
 */
public final class NettyEventLoopProvider implements EventLoopProvider {

    /** With each transport. Not in the transport, which cannot be loaded where there is no Netty. */
    static final Set<Capability> CAPABILITIES = EngineKind.havePaths()
            ? Capabilities.here(Capability.UNIX_SOCKETS, Capability.DATAGRAMS, Capability.REUSE_PORT)
            : Capabilities.here(Capability.DATAGRAMS, Capability.REUSE_PORT);

    /** For {@link java.util.ServiceLoader}. */
    public NettyEventLoopProvider() {}

    @Override
    public String name() {
        return "netty";
    }

    @Override
    public int priority() {
        return 15;
    }

    @Override
    public Availability availability() {
        return availability(null);
    }

    /** @param transport named by the caller, or null */
    static Availability availability(@Nullable String transport) {
        try {
            String detail = Choice.of(transport).detail(); // throws before Netty is asked for its version
            return Availability.yes("Netty " + Remedy.versions() + ", " + detail);
        } catch (IllegalArgumentException | BackendUnavailableException e) {
            return Availability.no(e.getMessage());
        }
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public EventLoop open(LoopOptions options) {
        EngineKind kind = Choice.of(options.transport()).kind();
        return Loops.open(name(), options, open(kind));
    }

    private static NettyTransport open(EngineKind kind) {
        try {
            return new NettyTransport(kind.newEngine());
        } catch (RuntimeException e) {
            throw new BackendUnavailableException("Backend netty cannot open its transport \"" + kind.word() + "\": "
                    + Causes.system(e).getMessage() + " (has the process reached its limit of open files?)", e);
        }
    }
}
