package dev.anyloop.conformance;

import dev.anyloop.Capability;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.core.Loops;
import dev.anyloop.core.transport.Transport;
import dev.anyloop.nio.NioEventLoopProvider;
import dev.anyloop.nio.NioSeam;
import dev.anyloop.tck.World;
import java.io.IOException;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What mutants are made of: a good engine, and the world in which the kit finds them. */
public interface Ground {

    /** The name of its backend. */
    String backend();

    /** What its provider says that it has. */
    Set<Capability> capabilities();

    /** Opens a transport of it. */
    Transport transport() throws IOException;

    /** Opens a loop on a transport of it that is broken before. */
    EventLoop open(LoopOptions options, UnaryOperator<Transport> broken) throws IOException;

    /** Before each test. */
    void enter();

    /** Where the test runs. */
    World world();

    /** After each test. */
    void leave();

    /** Where most mutants are at home. */
    final class Nio implements Ground {

        @Override
        public String backend() {
            return "nio";
        }

        @Override
        public Set<Capability> capabilities() {
            return new NioEventLoopProvider().capabilities();
        }

        @Override
        public Transport transport() throws IOException {
            return NioSeam.open();
        }

        @Override
        public EventLoop open(LoopOptions options, UnaryOperator<Transport> broken) throws IOException {
            return Loops.open(backend(), options, broken.apply(transport()));
        }

        @Override
        public void enter() {}

        @Override
        public World world() {
            return World.real();
        }

        @Override
        public void leave() {}
    }
}
