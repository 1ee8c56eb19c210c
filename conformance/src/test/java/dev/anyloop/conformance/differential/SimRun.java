package dev.anyloop.conformance.differential;

import dev.anyloop.sim.Host;
import dev.anyloop.sim.Simulation;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** On two hosts of a simulation, whose seed is the scenario's. */
final class SimRun extends Run {

    /** Of virtual time; scenarios take seconds of it at the most. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final Simulation sim;
    private final Map<Side, Host> hosts = new EnumMap<>(Side.class);
    private final Map<Side, String> ended = new EnumMap<>(Side.class);

    private SimRun(Scenario scenario, Simulation sim) {
        super(scenario);
        this.sim = sim;
        for (Side side : Side.values()) {
            hosts.put(side, sim.host(side.name()));
        }
    }

    static Result of(Scenario scenario) {
        try (Simulation sim = Simulation.withSeed(scenario.seed())) {
            return new SimRun(scenario, sim).play();
        }
    }

    private Result play() {
        boolean[] ready = new boolean[1];
        hosts.get(Side.SERVER).start(loop -> {
            loop(Side.SERVER).opened(loop);
            loop(Side.SERVER).begin(this::listen);
            ready[0] = true;
        }, loop -> over(Side.SERVER));
        sim.runUntil(() -> ready[0]);
        hosts.get(Side.CLIENT).start(loop -> {
            loop(Side.CLIENT).opened(loop);
            loop(Side.CLIENT).begin(this::connect);
            ready[0] = false;
        }, loop -> over(Side.CLIENT));
        sim.runUntil(() -> !ready[0]);
        for (Side side : Side.values()) {
            hosts.get(side).executor().execute(loop(side)::submitTasks);
        }
        sim.runUntil(() -> ended.size() == 2 || sim.now().compareTo(LIMIT) > 0);
        for (Side side : Side.values()) {
            ended.computeIfAbsent(side, stuck -> loop(side).trace(" STUCK " + loop(side).describe()));
        }
        return result(ended);
    }

    private boolean over(Side side) {
        boolean again = loop(side).again();
        if (!again) {
            ended.put(side, loop(side).trace(""));
        }
        return again;
    }

    @Override
    InetSocketAddress serverAddress() {
        return new InetSocketAddress(hosts.get(Side.SERVER).address(), 0);
    }

    @Override
    InetSocketAddress refusingAddress() {
        return new InetSocketAddress(hosts.get(Side.SERVER).address(), 1);
    }
}
