package dev.anyloop.conformance;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.core.transport.Transport;
import dev.anyloop.spi.EventLoopProvider;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A good backend with one bug, and the rules that have to notice it.
 *
 * @param bug what it does wrong, as a sentence
 * @param rules each of them has to fail
 * @param provider opens the broken loops
 * @param transport breaks what they are opened on, or nothing
 */
record Mutant(String bug, List<String> rules, EventLoopProvider provider, UnaryOperator<Transport> transport) {

    /** Broken where the user calls. */
    static Mutant ofApi(String bug, List<String> rules, Interception interception) {
        return ofProvider(bug, rules, new BrokenProvider() {
            @Override
            public EventLoop open(LoopOptions options) {
                return interception.wrap(super.open(options));
            }
        });
    }

    /** Broken where core and engine meet. */
    static Mutant ofSeam(String bug, List<String> rules, UnaryOperator<Transport> broken) {
        return new Mutant(bug, rules, new BrokenProvider() {
            @Override
            Transport transport(Transport good) {
                return broken.apply(good);
            }
        }, broken);
    }

    /** Broken where it is found. */
    static Mutant ofProvider(String bug, List<String> rules, EventLoopProvider provider) {
        return new Mutant(bug, rules, provider, UnaryOperator.identity());
    }

    /** Runs the tests that cite a rule: for each the failure, or nothing if it passed. */
    Map<String, List<Throwable>> run(String rule, Predicate<Throwable> enough) {
        return rule.startsWith("SEAM-")
                ? BrokenTransportKit.run(transport, rule, enough) : BrokenKit.run(provider, rule, enough);
    }

    @Override
    public String toString() {
        return String.join(" ", rules) + ": " + bug;
    }
}
