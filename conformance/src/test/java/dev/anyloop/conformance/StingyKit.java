package dev.anyloop.conformance;

import dev.anyloop.BackendUnavailableException;
import dev.anyloop.Capability;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.sim.SimGround;
import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;
import dev.anyloop.tck.World;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;

/** The kit on a {@link StingyTransport}, over simulated hosts. Not named …Test: the build runs it by one. */
class StingyKit extends EventLoopTck {

    private static long seed;

    private final Ground ground = new SimGround();

    StingyKit() {
        ground.enter();
    }

    /** How much is taken and brought at once from now on. */
    static void use(long chosen) {
        seed = chosen;
    }

    @Override
    protected World world() {
        return ground.world();
    }

    @AfterEach
    void leave() {
        ground.leave();
    }

    @Override
    protected EventLoopProvider provider() {
        return new Provider();
    }

    @Override
    protected Path report() {
        return null; // it is nobody's backend
    }

    private final class Provider implements EventLoopProvider {

        @Override
        public String name() {
            return "stingy";
        }

        @Override
        public int priority() {
            return 0;
        }

        @Override
        public Availability availability() {
            return Availability.yes("simulated, and stingy");
        }

        @Override
        public Set<Capability> capabilities() {
            return ground.capabilities();
        }

        @Override
        public EventLoop open(LoopOptions options) {
            try {
                return ground.open(options, good -> new StingyTransport(good, new Random(seed)));
            } catch (IOException e) {
                throw new BackendUnavailableException("There is no simulated engine", e);
            }
        }
    }
}
