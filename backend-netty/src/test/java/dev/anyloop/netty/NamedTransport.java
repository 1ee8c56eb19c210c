package dev.anyloop.netty;

import dev.anyloop.Capability;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import java.util.Set;

/** The backend as if the options named one of its transports, unless they do. */
public class NamedTransport implements EventLoopProvider {

    private static final EventLoopProvider NETTY = new NettyEventLoopProvider();

    private final String transport;

    NamedTransport(String transport) {
        this.transport = transport;
    }

    /** The kit makes it in other processes too. */
    public static final class Nio extends NamedTransport {

        public Nio() {
            super("nio");
        }
    }

    /** The kit makes it in other processes too. */
    public static final class Epoll extends NamedTransport {

        public Epoll() {
            super("epoll");
        }
    }

    /** The kit makes it in other processes too. */
    public static final class IoUring extends NamedTransport {

        public IoUring() {
            super("io_uring");
        }
    }

    @Override
    public String name() {
        return NETTY.name();
    }

    @Override
    public int priority() {
        return NETTY.priority();
    }

    @Override
    public Availability availability() {
        return NettyEventLoopProvider.availability(transport);
    }

    @Override
    public Set<Capability> capabilities() {
        return NETTY.capabilities();
    }

    @Override
    public EventLoop open(LoopOptions options) {
        return NETTY.open(options.transport() == null ? options.withTransport(transport) : options);
    }
}
