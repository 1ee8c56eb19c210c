package dev.anyloop.conformance;

import java.util.List;
import java.util.stream.Stream;

/** Every bug we know to look for. */
final class Mutants {

    private Mutants() {}

    static List<Mutant> all() {
        return Stream.of(LoopMutants.all(), TimerMutants.all(), OrderMutants.all(), ConnectMutants.all(),
                        SocketMutants.all(), InputMutants.all(), WriteMutants.all(), TimeoutMutants.all(),
                        ReleaseMutants.all(), ServerMutants.all(), ThreadMutants.all(), ResourceMutants.all(),
                        ErrorMutants.all(), ProviderMutants.all(), SeamMutants.all())
                .flatMap(List::stream)
                .toList();
    }
}
