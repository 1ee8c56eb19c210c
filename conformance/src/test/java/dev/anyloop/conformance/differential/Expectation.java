package dev.anyloop.conformance.differential;

import dev.anyloop.conformance.differential.Trace.Field;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the model says of a scenario: for each end of each connection the fields that come out the same in every play. */
record Expectation(List<Map<Side, Map<Field, String>>> connections) {

    /** Enough to see whether a scenario comes to an end. */
    static final int PLAYS = 96;

    /** Each further play can only take something back, so what agrees with a few agrees with all. */
    static final int FEW_PLAYS = 2;

    /** Before it is said that something went otherwise; what even these overlook is worth a look. */
    private static final int MANY_PLAYS = 10_000;

    /** Nothing if the scenario does not always come to an end. */
    static @Nullable Expectation of(Scenario scenario) {
        return of(scenario, PLAYS);
    }

    /** Asks for more than {@link #of} does, and costs little. */
    static @Nullable Expectation hastily(Scenario scenario) {
        return of(scenario, FEW_PLAYS);
    }

    /** Asks for no more than what is certain, and costs a lot. */
    static @Nullable Expectation thoroughly(Scenario scenario) {
        return of(scenario, MANY_PLAYS);
    }

    static @Nullable Expectation of(Scenario scenario, int plays) {
        List<Map<Side, Map<Field, String>>> connections = new ArrayList<>();
        for (int i = 0; i < scenario.exchanges().size(); i++) {
            Map<Side, Map<Field, String>> agreed = of(scenario.exchanges().get(i), Payload.ofBoth(scenario.seed(), i), plays);
            if (agreed == null) {
                return null;
            }
            connections.add(agreed);
        }
        return new Expectation(connections);
    }

    /** The same of one connection. */
    static @Nullable Map<Side, Map<Field, String>> of(Exchange exchange, Map<Side, Payload> payloads, int plays) {
        Map<Side, Map<Field, String>> agreed = new EnumMap<>(Side.class);
        for (int round = 0; round < plays; round++) {
            Map<Side, Trace> play = Model.play(exchange, payloads, round);
            if (play == null) {
                return null;
            }
            play.forEach((side, trace) -> agreed
                    .computeIfAbsent(side, first -> new EnumMap<>(trace.fields()))
                    .entrySet().removeIf(field -> !field.getValue().equals(trace.get(field.getKey()))));
        }
        return agreed;
    }

    /** Whether what was seen is what is expected, which it mostly is. */
    boolean agrees(Scenario scenario, Run.Result actual) {
        for (int i = 0; i < connections.size(); i++) {
            for (Map.Entry<Side, Map<Field, String>> end : connections.get(i).entrySet()) {
                Trace trace = actual.connections().get(i).get(end.getKey());
                for (Map.Entry<Field, String> field : end.getValue().entrySet()) {
                    if (!field.getValue().equals(trace.get(field.getKey()))) {
                        return false;
                    }
                }
            }
        }
        for (Map.Entry<Side, String> loop : actual.loops().entrySet()) {
            if (!scenario.chores(loop.getKey()).expected().equals(loop.getValue())) {
                return false;
            }
        }
        return true;
    }

    /** How many ends are compared in all their fields. */
    long exact() {
        return connections.stream().flatMap(ends -> ends.values().stream())
                .filter(fields -> fields.size() == Field.values().length)
                .count();
    }
}
