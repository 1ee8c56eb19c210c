package dev.anyloop.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * An independent witness: the load of {@code redis-benchmark}. It needs more CPU time than the servers do, so that its own
 * rates hardly tell them apart; the server's CPU time per request does.
 */
record RedisBenchmark(String name, String title, Service service, int connections) implements Experiment {

    private static final int REQUESTS_PER_MILLI = 100;

    @Override
    public boolean once() {
        return true;
    }

    @Override
    public void warmUp(ServerProcess server, Load load, Settings settings) throws IOException {
        run(server, REQUESTS_PER_MILLI * settings.warmupMillis() / 10);
    }

    @Override
    public Sample measure(ServerProcess server, Load load, Settings settings) throws IOException {
        int requests = REQUESTS_PER_MILLI * settings.millis();
        long before = server.cpuNanos();
        double rate = run(server, requests);
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        values.put(Metric.CPU, (server.cpuNanos() - before) / 1e3 / requests);
        values.put(Metric.RATE, rate);
        return new Sample(values);
    }

    /** The rate, second in the line after the header. */
    private double run(ServerProcess server, int requests) throws IOException {
        List<String> command = new ArrayList<>(List.of("redis-benchmark"));
        command.addAll(service.atPath() ? List.of("-s", server.path().toString())
                : List.of("-h", "127.0.0.1", "-p", Integer.toString(server.port())));
        command.addAll(List.of("-c", Integer.toString(connections), "-n", Integer.toString(requests), "-t", "ping_mbulk", "--csv"));
        String output = Load.run(command);
        for (String line : output.split("\n")) {
            if (line.startsWith("\"PING_MBULK\"")) {
                return Double.parseDouble(line.split(",")[1].replace("\"", ""));
            }
        }
        throw new IOException("redis-benchmark: " + output);
    }
}
