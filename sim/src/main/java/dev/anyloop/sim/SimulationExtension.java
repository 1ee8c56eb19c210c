package dev.anyloop.sim;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.jspecify.annotations.Nullable;

/** Makes the runs of a {@link SimulationTest}, which brings it along. */
public final class SimulationExtension implements TestTemplateInvocationContextProvider {

    private static final String SEED = "anyloop.sim.seed";

    /** For JUnit. */
    public SimulationExtension() {}

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        int runs = context.getRequiredTestMethod().getAnnotation(SimulationTest.class).runs();
        if (runs < 1) {
            throw new IllegalArgumentException("@SimulationTest(runs = " + runs + "): at least 1");
        }
        Long asked = Long.getLong(SEED);
        long base = asked != null ? asked : ThreadLocalRandom.current().nextLong();
        Series series = new Series(asked != null ? 1 : runs);
        return IntStream.rangeClosed(0, series.runs).mapToObj(index -> new Run(series, index, base + index % series.runs));
    }

    /** What the runs of one test have in common. */
    private static final class Series {
        private final int runs;
        private final Map<String, Boolean> fired = new LinkedHashMap<>();
        private long firstFingerprint;

        Series(int runs) {
            this.runs = runs;
        }

        void add(Simulation sim) {
            sim.faults().forEach(fault -> fired.merge(fault.toString(), fault.hasFired(), Boolean::logicalOr));
        }

        void checkFaults() {
            List<String> never = fired.entrySet().stream().filter(fault -> !fault.getValue()).map(Map.Entry::getKey).toList();
            if (!never.isEmpty()) {
                throw new AssertionError("asked for, and changed nothing in any of " + runs + " runs: " + never
                        + " (let them last longer, or begin when something is under way)");
            }
        }
    }

    /** One run; the last one repeats the first. */
    private static final class Run implements TestTemplateInvocationContext, ParameterResolver, InvocationInterceptor {

        private final Series series;
        private final int index;
        private final long seed;
        private @Nullable Simulation sim;

        Run(Series series, int index, long seed) {
            this.series = series;
            this.index = index;
            this.seed = seed;
        }

        private boolean isRepeat() {
            return index == series.runs;
        }

        @Override
        public String getDisplayName(int invocation) {
            return isRepeat() ? "the first once more" : "seed " + seed;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(this);
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Simulation.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            if (sim == null) {
                sim = Simulation.withSeed(seed);
            }
            return sim;
        }

        @Override
        public void interceptTestTemplateMethod(
                Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
                throws Throwable {
            if (sim == null) {
                throw new IllegalStateException(
                        method.getExecutable() + " has no parameter of type Simulation (it would not be simulated)");
            }
            try (Simulation running = sim) {
                try {
                    invocation.proceed();
                } catch (Throwable failure) {
                    throw new Failure(running, method).report(failure);
                }
                finish(running);
            }
        }

        private void finish(Simulation finished) {
            series.add(finished);
            if (index == 0) {
                series.firstFingerprint = finished.fingerprint();
            } else if (isRepeat()) {
                if (series.firstFingerprint != finished.fingerprint()) {
                    throw new AssertionError("seed " + seed + " did not go the same way twice: something depends on real time,"
                            + " on threads, on hash codes, or on a random generator of its own (as signatures of TLS do with an EC key, whose lengths"
                            + " differ: use an RSA or Ed25519 key)\n" + finished.describe());
                }
                series.checkFaults();
            }
        }
    }

    /** A run that has failed: which of its faults matter, and all that helps to understand it. */
    private static final class Failure {

        private static final int MOST_RERUNS = 100;

        private final Simulation sim;
        private final Method method;
        private final Object[] arguments;
        private final Class<?> test;

        Failure(Simulation sim, ReflectiveInvocationContext<Method> invocation) {
            this.sim = sim;
            this.method = invocation.getExecutable();
            this.arguments = invocation.getArguments().toArray();
            this.test = invocation.getTargetClass();
        }

        /** What every host did is long: it is told once, behind the rest, though the failure tells it too. */
        AssertionError report(Throwable failure) {
            List<String> faults = sim.faults().stream().map(Fault::toString).toList();
            String state = sim.describe();
            String told = failure.toString();
            boolean tellsState = told.endsWith("\n" + state);
            AssertionError report = new AssertionError((tellsState ? told.substring(0, told.length() - state.length()) : told + "\n")
                    + "repeat: mvn test -Dtest=" + test.getSimpleName() + "#" + method.getName() + " -D" + SEED + "=" + sim.seed() + "\n"
                    + (faults.isEmpty() ? "" : "faults: " + faults + "\nthat matter: " + needed(failure, faults) + "\n")
                    + state, tellsState ? failure.getCause() : failure);
            if (tellsState) {
                report.setStackTrace(failure.getStackTrace());
            }
            return report;
        }

        /** Leaves out one fault after the other, as long as it still fails in the same way. */
        private Object needed(Throwable failure, List<String> faults) {
            if (faults.size() > MOST_RERUNS) {
                return "not looked for among so many";
            }
            try {
                if (!failsAgain(failure, new BitSet())) {
                    return "not known, since the method by itself does not fail in that way"
                            + " (let it do what @BeforeEach does, or fields, and leave nothing in static ones)";
                }
                BitSet leftOut = new BitSet();
                for (int i = faults.size() - 1; i >= 0; i--) {
                    leftOut.set(i);
                    if (!failsAgain(failure, leftOut)) {
                        leftOut.clear(i);
                    }
                }
                return IntStream.range(0, faults.size()).filter(i -> !leftOut.get(i)).mapToObj(faults::get).toList();
            } catch (ReflectiveOperationException e) {
                return "not known, since the test class has no constructor without parameters";
            }
        }

        private boolean failsAgain(Throwable failure, BitSet leftOut) throws ReflectiveOperationException {
            var constructor = test.getDeclaredConstructor();
            constructor.setAccessible(true);
            method.setAccessible(true);
            try (Simulation again = new Simulation(sim.seed(), leftOut)) {
                Object[] others = arguments.clone();
                for (int i = 0; i < others.length; i++) {
                    others[i] = others[i] == sim ? again : others[i];
                }
                method.invoke(constructor.newInstance(), others);
                return false;
            } catch (InvocationTargetException e) {
                return e.getCause().getClass() == failure.getClass();
            }
        }
    }
}
