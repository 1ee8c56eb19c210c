package dev.anyloop.netty;

import dev.anyloop.BackendUnavailableException;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.core.Loops;
import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import io.netty.util.Version;
import org.jspecify.annotations.Nullable;

/**
 * The backend {@code "netty"}. Its transports are {@code nio}, {@code epoll} and {@code io_uring}: by the option, else
 * by {@code -Danyloop.netty.transport}, else epoll where it can be used and nio where not.
 */
public final class NettyEventLoopProvider implements EventLoopProvider {

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
            Choice choice = Choice.of(transport);
            return Availability.yes("Netty " + version() + ", " + choice.name());
        } catch (IllegalArgumentException | BackendUnavailableException e) {
            return Availability.no(e.getMessage());
        } catch (LinkageError e) {
            return Availability.no("Netty cannot be used: " + e + " (add io.netty:netty-transport 4.2 to the class path)");
        }
    }

    private static String version() {
        // Not by the thread's class loader, which may know nothing of Netty.
        Version version = Version.identify(Version.class.getClassLoader()).get("netty-transport");
        return version == null ? "of unknown version" : version.artifactVersion();
    }

    @Override
    public EventLoop open(LoopOptions options) {
        Choice choice = Choice.of(options.transport());
        return Loops.open(name(), options, open(choice));
    }

    private static NettyTransport open(Choice choice) {
        try {
            return new NettyTransport(choice.engine());
        } catch (RuntimeException e) {
            throw new BackendUnavailableException("Backend netty cannot open its transport \"" + choice.name() + "\": "
                    + Causes.system(e).getMessage() + " (has the process reached its limit of open files?)", e);
        }
    }
}
