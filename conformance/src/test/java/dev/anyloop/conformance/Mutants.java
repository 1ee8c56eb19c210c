package dev.anyloop.conformance;

import java.util.List;
import java.util.stream.Stream;

/** Every bug we know to look for. */
final class Mutants {

    private Mutants() {}

    static List<Mutant> all() {
        return Stream.of(LoopMutants.all(), TimerMutants.all(), InputMutants.all(), SocketMutants.all(), ServerMutants.all())
                .flatMap(List::stream)
                .toList();
    }
}
