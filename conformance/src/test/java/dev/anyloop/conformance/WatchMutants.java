package dev.anyloop.conformance;

import dev.anyloop.BusyTimes;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopStats;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Bugs in what a loop shows of itself. */
final class WatchMutants extends MutantTest {

    @Override
    List<Mutant> mutants() {
        return List.of(
                Mutant.ofApi("busy turns are not counted", List.of("WATCH-001"), counting(busy -> BusyTimes.none())),
                Mutant.ofApi("all busy turns count as short", List.of("WATCH-001"), counting(busy -> {
                    List<Long> counts = new ArrayList<>(BusyTimes.none().counts());
                    counts.set(0, busy.turns());
                    return new BusyTimes(counts);
                })),
                Mutant.ofApi("busy turns are counted twice", List.of("WATCH-001"), counting(busy ->
                        new BusyTimes(busy.counts().stream().map(count -> 2 * count).toList()))),
                Mutant.ofApi("busy turns are counted at the other end", List.of("WATCH-001"), counting(busy -> {
                    List<Long> counts = new ArrayList<>(busy.counts());
                    Collections.reverse(counts);
                    return new BusyTimes(counts);
                })),
                Mutant.ofApi("a loop that is stuck does not say so", List.of("WATCH-002"), describing(line -> !line.startsWith("busy for"))),
                Mutant.ofApi("a loop that is stuck does not say where", List.of("WATCH-002"), describing(line -> !line.startsWith("  "))));
    }

    private static Interception describing(Predicate<String> told) {
        return new Interception().on(EventLoop.class, "describe",
                call -> ((String) call.proceed()).lines().filter(told).collect(Collectors.joining("\n")));
    }

    private static Interception counting(UnaryOperator<BusyTimes> change) {
        return new Interception().on(EventLoop.class, "stats", call -> {
            LoopStats good = (LoopStats) call.proceed();
            return new LoopStats(good.connectingSockets(), good.openSockets(), good.closingSockets(), good.servers(), good.datagramSockets(),
                    good.timers(), good.signals(), good.queuedTasks(), good.holds(), good.turns(), good.longestTurn(),
                    change.apply(good.busy()), good.bytesIn(), good.bytesOut());
        });
    }
}
