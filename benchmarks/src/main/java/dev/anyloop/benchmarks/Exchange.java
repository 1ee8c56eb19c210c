package dev.anyloop.benchmarks;

import dev.anyloop.benchmarks.servers.Mode;
import java.io.IOException;

/**
 * Requests and replies, as many as the server can do.
 *
 * @param pipeline how many requests are sent at once on each connection
 * @param bytes of each block to echo, 0 for PING
 */
record Exchange(String name, String title, Mode mode, int connections, int pipeline, int bytes) implements Experiment {

    @Override
    public boolean once() {
        return false;
    }

    @Override
    public void warmUp(ServerProcess server, Load load, Settings settings) throws IOException {
        run(server, load, settings.warmupMillis(), 1);
    }

    @Override
    public Sample measure(ServerProcess server, Load load, Settings settings) throws IOException {
        if (!server.candidate().isJvm()) {
            return Sample.parse(run(server, load, settings.settleMillis(), settings.millis()));
        }
        long before = server.ask("allocated");
        String line = run(server, load, settings.settleMillis(), settings.millis());
        double allocated = server.ask("allocated") - before;
        return Sample.parse(line).with(Metric.ALLOCATED, allocated / Sample.field(line, "all"));
    }

    /** Just goes on for a while; how many requests there were. */
    double requests(ServerProcess server, Load load, int millis) throws IOException {
        return Sample.field(run(server, load, 1, millis), "all");
    }

    private String run(ServerProcess server, Load load, int settleMillis, int millis) throws IOException {
        return load.run("load", server, connections, pipeline, bytes, settleMillis, millis);
    }
}
