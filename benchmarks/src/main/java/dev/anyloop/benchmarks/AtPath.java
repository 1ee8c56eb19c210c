package dev.anyloop.benchmarks;

import java.io.IOException;

/**
 * What it saves to be at a path: the same there and over TCP, by the same process and one right after the other, so that whatever the
 * machine does meanwhile meets both.
 *
 * @param overTcp of a server that listens at a path too
 */
record AtPath(String name, String title, Experiment overTcp, Experiment atPath) implements Experiment {

    @Override
    public Service service() {
        return atPath.service();
    }

    @Override
    public boolean once() {
        return atPath.once();
    }

    @Override
    public void warmUp(ServerProcess server, Load load, Settings settings) throws IOException {
        overTcp.warmUp(server, load, settings);
        atPath.warmUp(server, load, settings);
    }

    @Override
    public Sample measure(ServerProcess server, Load load, Settings settings) throws IOException {
        double tcp = overTcp.measure(server, load, settings).values().get(Metric.CPU);
        Sample sample = atPath.measure(server, load, settings);
        return sample.with(Metric.TCP, tcp).with(Metric.OF_TCP, sample.values().get(Metric.CPU) / tcp);
    }
}
