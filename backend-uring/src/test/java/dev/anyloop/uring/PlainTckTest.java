package dev.anyloop.uring;

import dev.anyloop.BackendUnavailableException;
import dev.anyloop.Capability;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.core.Loops;
import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;
import java.io.IOException;
import java.util.Set;

/** The loop's kit on the least that is supported, with rings that are too small for everything. */
class PlainTckTest extends EventLoopTck {

    /** The kit makes it in other processes too. */
    public static final class Plain implements EventLoopProvider {

        private static final Set<String> EVERYTHING =
                Set.of("single-issuer", "multishot", "buffer-ring", "incremental", "msg-ring", "registered-ring");

        private final EventLoopProvider uring = new UringEventLoopProvider();

        public Plain() {}

        @Override
        public String name() {
            return uring.name();
        }

        @Override
        public int priority() {
            return uring.priority();
        }

        @Override
        public Availability availability() {
            return uring.availability();
        }

        @Override
        public Set<Capability> capabilities() {
            return uring.capabilities();
        }

        @Override
        public EventLoop open(LoopOptions options) {
            if (options.transport() != null) {
                return uring.open(options);
            }
            try {
                return Loops.open(name(), options, new UringTransport(Features.probed().without(EVERYTHING).sized(8, 2)));
            } catch (IOException e) {
                throw new BackendUnavailableException(e.getMessage(), e);
            }
        }
    }

    @Override
    protected EventLoopProvider provider() {
        return new Plain();
    }

    @Override
    protected String column() {
        return "uring/plain";
    }
}
