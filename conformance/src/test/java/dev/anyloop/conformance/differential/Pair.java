package dev.anyloop.conformance.differential;

import java.time.Duration;
import java.util.List;

/**
 * Who plays with whom.
 *
 * @param limit how long a scenario may take: far beyond what any does, so that only a bug waits so long
 */
public record Pair(Engine server, Engine client, Duration limit) implements Arena {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** A scenario that hangs, hangs: no need to wait long to see it again. */
    private static final Duration HASTE = Duration.ofSeconds(2);

    static Pair of(Engine server, Engine client) {
        return new Pair(server, client, LIMIT);
    }

    /** Each on each side of each, itself included. */
    static List<Pair> all(List<Engine> engines) {
        return engines.stream()
                .flatMap(server -> engines.stream().map(client -> of(server, client)))
                .toList();
    }

    /** As {@link #toString} tells it. */
    static Pair named(String names) {
        String[] both = names.split(",");
        return of(Engine.named(both[0]), Engine.named(both[1]));
    }

    @Override
    public Run.Result play(Scenario scenario) {
        return RealRun.of(scenario, this);
    }

    @Override
    public Arena hasty() {
        return limit.compareTo(HASTE) < 0 ? this : new Pair(server, client, HASTE);
    }

    @Override
    public String toString() {
        return server.name() + "," + client.name();
    }
}
