package dev.anyloop.conformance;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.core.Loops;
import dev.anyloop.core.transport.Transport;
import dev.anyloop.nio.NioSeam;
import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A good backend with one bug, and the rules that have to notice it.
 *
 * @param bug what it does wrong, as a sentence
 * @param rules each of them has to fail
 * @param provider opens the broken loops
 */
record Mutant(String bug, List<String> rules, EventLoopProvider provider) {

    /** Broken where the user calls. */
    static Mutant ofApi(String bug, List<String> rules, Interception interception) {
        return new Mutant(bug, rules, new Provider(UnaryOperator.identity(), interception));
    }

    /** Broken where core and engine meet. */
    static Mutant ofSeam(String bug, List<String> rules, UnaryOperator<Transport> broken) {
        return new Mutant(bug, rules, new Provider(broken, new Interception()));
    }

    @Override
    public String toString() {
        return String.join(" ", rules) + ": " + bug;
    }

    private record Provider(UnaryOperator<Transport> broken, Interception interception) implements EventLoopProvider {

        @Override
        public String name() {
            return "nio";
        }

        @Override
        public int priority() {
            return 0;
        }

        @Override
        public Availability availability() {
            return Availability.yes("broken on purpose");
        }

        @Override
        public EventLoop open(LoopOptions options) {
            try {
                return interception.wrap(Loops.open(name(), options, broken.apply(NioSeam.open())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
