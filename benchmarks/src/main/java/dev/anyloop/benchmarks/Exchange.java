package dev.anyloop.benchmarks;

import dev.anyloop.benchmarks.servers.Mode;
import java.io.IOException;

/**
 * Requests and replies, as many as the server can do.
 *
 * @param connections how many; of datagrams, how many sockets
 * @param pipeline how many requests are sent at once on each connection
 * @param bytes of each block or datagram to echo, 0 for PING
 */
record Exchange(String name, String title, Service service, int connections, int pipeline, int bytes) implements Experiment {

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
        try (Load.Crowd crowd = crowd(server, load, settings.settleMillis(), settings.millis())) {
            if (!server.candidate().isJvm()) {
                return Sample.parse(crowd.run());
            }
            long before = server.ask("allocated");
            String line = crowd.run();
            double allocated = server.ask("allocated") - before;
            return Sample.parse(line).with(Metric.ALLOCATED, allocated / Sample.field(line, "all"));
        }
    }

    /** Just goes on for a while; how many requests there were. */
    double requests(ServerProcess server, Load load, int millis) throws IOException {
        return Sample.field(run(server, load, 1, millis), "all");
    }

    private String run(ServerProcess server, Load load, int settleMillis, int millis) throws IOException {
        try (Load.Crowd crowd = crowd(server, load, settleMillis, millis)) {
            return crowd.run();
        }
    }

    /** Connected, and over TLS with the handshakes done, which are not a part of what is measured. */
    private Load.Crowd crowd(ServerProcess server, Load load, int settleMillis, int millis) throws IOException {
        String program = service.mode() == Mode.DATAGRAM ? "datagrams" : "load";
        String address = service.atPath() ? server.path().toString() : Integer.toString(server.port());
        Load.Crowd crowd = load.crowd(program, server, address, connections, pipeline, bytes, settleMillis, millis);
        try {
            crowd.assemble();
            return crowd;
        } catch (IOException e) {
            crowd.close();
            throw e;
        }
    }
}
