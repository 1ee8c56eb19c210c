package dev.anyloop.conformance;

import java.util.List;

/** Every bug we know to look for. */
final class Mutants {

    static final List<MutantTest> GROUPS = List.of(
            new LoopMutants(), new TimerMutants(), new SignalMutants(), new OrderMutants(), new ConnectMutants(),
            new SocketMutants(), new InputMutants(), new WriteMutants(), new TimeoutMutants(), new ReleaseMutants(),
            new ServerMutants(), new ShareMutants(), new DatagramMutants(), new ThreadMutants(), new ResourceMutants(),
            new WatchMutants(), new ErrorMutants(), new ProviderMutants(), new TlsMutants(), new UnixMutants(), new SeamMutants(),
            new UnderWayMutants());

    private Mutants() {}

    static List<Mutant> all() {
        return GROUPS.stream().flatMap(group -> group.mutants().stream()).toList();
    }
}
