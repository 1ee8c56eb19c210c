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

    /** With a crowd that goes again: else the compiler would be at work on the code that accepts while we measure. */
    @Override
    public void warmUp(ServerProcess server, Load load, Settings settings) throws IOException {
        try (Load.Crowd crowd = load.crowd(server, settings.idle())) {
            crowd.assemble();
            active.warmUp(server, load, settings);
        }
        active.warmUp(server, load, settings);
    }

    @Override
    public Sample measure(ServerProcess server, Load load, Settings settings) throws IOException {
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        double alone = active.measure(server, load, settings).values().get(Metric.CPU);
        long heap = heap(server);
        long resident = server.residentBytes();
        try (Load.Crowd crowd = load.crowd(server, settings.idle())) {
            crowd.assemble();
            if (server.candidate().isJvm()) {
                values.put(Metric.HEAP, (heap(server) - heap) / (double) settings.idle());
            }
            values.put(Metric.RESIDENT, (server.residentBytes() - resident) / (double) settings.idle());
            Sample among = active.measure(server, load, settings);
            values.put(Metric.CPU, among.values().get(Metric.CPU));
            values.put(Metric.KEPT, alone / among.values().get(Metric.CPU));
        }
        return new Sample(values);
    }

    private static long heap(ServerProcess server) throws IOException {
        return server.candidate().isJvm() ? server.ask("heap") : 0;
    }
}
