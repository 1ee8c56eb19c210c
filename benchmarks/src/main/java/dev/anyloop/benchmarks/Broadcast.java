package dev.anyloop.benchmarks;

import dev.anyloop.benchmarks.servers.Messages;
import dev.anyloop.benchmarks.servers.Mode;
import java.io.IOException;

/**
 * The same message to many connections, again and again: what one of them costs, and how much direct memory the server
 * has for it. The connections have been through a collection of garbage, as those that people listen on have: it moves
 * what belongs to one of them apart.
 */
record Broadcast(String name, String title, int listeners) implements Experiment {

    private static final double MEBIBYTE = 1 << 20;

    @Override
    public Service service() {
        return Service.plain(Mode.BROADCAST);
    }

    @Override
    public boolean once() {
        return false;
    }

    @Override
    public void warmUp(ServerProcess server, Load load, Settings settings) throws IOException {
        run(server, load, settings.halfWarmupMillis(), settings.halfWarmupMillis());
    }

    @Override
    public Sample measure(ServerProcess server, Load load, Settings settings) throws IOException {
        Sample sample = Sample.parse(run(server, load, settings.settleMillis(), settings.millis()));
        return sample.with(Metric.DIRECT, server.ask("direct") / MEBIBYTE);
    }

    private String run(ServerProcess server, Load load, int settleMillis, int millis) throws IOException {
        try (Load.Crowd crowd = load.crowd("broadcast", server, listeners, Messages.BYTES, settleMillis, millis)) {
            crowd.assemble();
            server.ask("heap"); // collects what earlier crowds have left behind too, their buffers among it
            return crowd.run();
        }
    }
}
