package dev.anyloop.benchmarks;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/**
 * Many idle connections: what each of them costs in memory, and how much of its speed the server keeps for the active
 * ones among them.
 *
 * @param active what is measured alone and among the idle ones
 * @param connections how many are idle
 */
record Multitude(String name, String title, Exchange active, int connections) implements Experiment {

    private static final double MEBIBYTE = 1 << 20;

    @Override
    public Service service() {
        return active.service();
    }

    @Override
    public boolean once() {
        return true;
    }

    @Override
    public void warmUp(ServerProcess server, Load load, Settings settings) throws IOException {
        active.warmUp(server, load, settings);
    }

    @Override
    public Sample measure(ServerProcess server, Load load, Settings settings) throws IOException {
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        measureMemory(server, load, values);
        measureSpeed(server, load, settings, values);
        return new Sample(values);
    }

    /** The first crowd a server sees: what one leaves behind would be there for the next. */
    private void measureMemory(ServerProcess server, Load load, Map<Metric, Double> values)
            throws IOException {
        awaitQuiet(server, load);
        long heap = heap(server);
        long resident = server.residentBytes();
        try (Load.Crowd crowd = load.crowd("idle", server, connections)) {
            crowd.assemble();
            if (server.candidate().isJvm()) {
                values.put(Metric.HEAP, (heap(server) - heap) / (double) connections);
                values.put(Metric.DIRECT, server.ask("direct") / MEBIBYTE);
            }
            values.put(Metric.RESIDENT, (server.residentBytes() - resident) / (double) connections);
        }
    }

    /** Until it has seen that all earlier connections have ended: whoever is answered after that came after that. */
    private static void awaitQuiet(ServerProcess server, Load load) throws IOException {
        try (Load.Crowd one = load.crowd("idle", server, 1)) {
            one.assemble();
        }
    }

    /** After a warm-up: a JVM that compiles what accepts, or whose garbage was just collected, is slower for a while. */
    private void measureSpeed(ServerProcess server, Load load, Settings settings, Map<Metric, Double> values)
            throws IOException {
        if (server.candidate().isJvm()) {
            active.warmUp(server, load, settings);
        }
        double alone = active.measure(server, load, settings).values().get(Metric.CPU);
        try (Load.Crowd crowd = load.crowd("idle", server, connections)) {
            crowd.assemble();
            double among = active.measure(server, load, settings).values().get(Metric.CPU);
            values.put(Metric.CPU, among);
            values.put(Metric.KEPT, alone / among);
        }
    }

    private static long heap(ServerProcess server) throws IOException {
        return server.candidate().isJvm() ? server.ask("heap") : 0;
    }
}
