package dev.anyloop.sim;

import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.TransportTck;
import dev.anyloop.tck.World;
import org.junit.jupiter.api.AfterEach;

/** The kit of the seam on a simulated host. */
class SimTransportTckTest extends TransportTck {

    private final SimWorld world = new SimWorld();

    @Override
    protected World world() {
        return world;
    }

    @Override
    protected Transport open() {
        return world.transport();
    }

    @AfterEach
    void endTheWorld() {
        world.close();
    }
}
