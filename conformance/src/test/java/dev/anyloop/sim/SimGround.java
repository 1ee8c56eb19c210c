package dev.anyloop.sim;

import dev.anyloop.Capability;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.conformance.Ground;
import dev.anyloop.core.transport.Transport;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Mutants of the simulated engine, in its world. */
public final class SimGround implements Ground {

    private @Nullable SimWorld world;

    @Override
    public String backend() {
        return "sim";
    }

    @Override
    public Set<Capability> capabilities() {
        return new SimEventLoopProvider().capabilities();
    }

    @Override
    public Transport transport() {
        return world().transport();
    }

    @Override
    public EventLoop open(LoopOptions options, UnaryOperator<Transport> broken) {
        return world().open(options, broken);
    }

    @Override
    public void enter() {
        world = new SimWorld();
    }

    @Override
    public SimWorld world() {
        return Objects.requireNonNull(world);
    }

    @Override
    public void leave() {
        world().close();
        world = null;
    }
}
