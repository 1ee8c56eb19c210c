package dev.anyloop.sim;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;
import dev.anyloop.tck.World;
import org.junit.jupiter.api.AfterEach;

/** The kit on simulated hosts, by the same tests as for engines of this machine. */
class SimTckTest extends EventLoopTck {

    private final SimWorld world = new SimWorld();

    @Override
    protected World world() {
        return world;
    }

    @Override
    protected EventLoopProvider provider() {
        return new SimEventLoopProvider();
    }

    @AfterEach
    void endTheWorld() {
        world.close();
    }
}
