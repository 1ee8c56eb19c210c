package dev.anyloop.benchmarks;

import dev.anyloop.benchmarks.servers.Mode;
import java.io.IOException;

/** Connections that come, ask once and go, a few at a time. */
record ShortLives(String name, String title, int connections) implements Experiment {

    @Override
    public Mode mode() {
        return Mode.PING;
    }

    @Override
    public boolean once() {
        return false;
    }

    @Override
    public void warmUp(ServerProcess server, Load load, Settings settings) throws IOException {
        load.run("churn", server, connections, settings.warmupMillis(), 1);
    }

    @Override
    public Sample measure(ServerProcess server, Load load, Settings settings) throws IOException {
        return Sample.parse(load.run("churn", server, connections, settings.settleMillis(), settings.millis()));
    }
}
