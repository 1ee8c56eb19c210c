package dev.anyloop.benchmarks;

import java.io.IOException;

/**
 * Connections that come, ask once and go, a few at a time.
 *
 * @param program which of those that do this
 */
record ShortLives(String name, String title, Service service, String program, int connections) implements Experiment {

    @Override
    public boolean once() {
        return false;
    }

    @Override
    public void warmUp(ServerProcess server, Load load, Settings settings) throws IOException {
        load.run(program, server, connections, settings.halfWarmupMillis(), settings.halfWarmupMillis());
    }

    @Override
    public Sample measure(ServerProcess server, Load load, Settings settings) throws IOException {
        return Sample.parse(load.run(program, server, connections, settings.settleMillis(), settings.millis()));
    }
}
