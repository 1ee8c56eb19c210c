package dev.anyloop.benchmarks;

import dev.anyloop.benchmarks.servers.Mode;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/**
 * Many idle connections: what each of them costs in memory, and how much of its speed the server keeps for the active
 * ones among them.
 *
 * @param active what is measured alone and among the idle ones
 */
record Multitude(String name, String title, Exchange active) implements Experiment {

    @Override
    public Mode mode() {
        return active.mode();
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
        measureMemory(server, load, settings, values);
        measureSpeed(server, load, settings, values);
        return new Sample(values);
    }

    /** The first crowd a server sees: what one leaves behind would be there for the next. */
    private static void measureMemory(ServerProcess server, Load load, Settings settings, Map<Metric, Double> values)
            throws IOException {
        long heap = heap(server);
        long resident = server.residentBytes();
        try (Load.Crowd crowd = load.crowd("idle", server, settings.idle())) {
            crowd.assemble();
            if (server.candidate().isJvm()) {
                values.put(Metric.HEAP, (heap(server) - heap) / (double) settings.idle());
            }
            values.put(Metric.RESIDENT, (server.residentBytes() - resident) / (double) settings.idle());
        }
    }

    /** After a warm-up: a JVM that compiles what accepts, or whose garbage was just collected, is slower for a while. */
    private void measureSpeed(ServerProcess server, Load load, Settings settings, Map<Metric, Double> values)
            throws IOException {
        if (server.candidate().isJvm()) {
            active.warmUp(server, load, settings);
        }
        double alone = active.measure(server, load, settings).values().get(Metric.CPU);
        try (Load.Crowd crowd = load.crowd("idle", server, settings.idle())) {
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
