package dev.anyloop.conformance;

import dev.anyloop.BusyTimes;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.LoopStats;
import dev.anyloop.spi.LoopRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Bugs in what a loop shows of itself. */
final class WatchMutants extends MutantTest {

    @Override
    List<Mutant> mutants() {
        return List.of(
                Mutant.ofApi("the longest turn is forgotten", List.of("WATCH-001"), stats(good -> Duration.ZERO, LoopStats::busy)),
                Mutant.ofApi("the longest turn is half as long", List.of("WATCH-001"), stats(good -> good.longestTurn().dividedBy(2), LoopStats::busy)),
                Mutant.ofApi("programs are not told that a peer has ended", List.of("WATCH-004"),
                        telling("\"peerEnded\":true", "\"peerEnded\":false")),
                Mutant.ofApi("programs are not told who connects", List.of("WATCH-004"), telling("\"connecting\",", "\"open\",")),
                Mutant.ofApi("programs are not told who is about to close", List.of("WATCH-004"), telling("\"flushing\"", "\"open\"")),
                Mutant.ofApi("programs are told of no peer", List.of("WATCH-004"), telling("\"peer\":\"[^\"]*\",", "")),
                Mutant.ofApi("of as many handles as may be described the last is left out", List.of("WATCH-004"),
                        new Interception().on(EventLoop.class, "describe",
                                call -> ((String) call.proceed()).lines().limit(3 + 19).collect(Collectors.joining("\n")))),
                Mutant.ofApi("programs are not told that one handle is left out", List.of("WATCH-004"),
                        telling("\"handlesLeftOut\":1}", "\"handlesLeftOut\":0}")),
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
                Mutant.ofApi("a loop that is stuck does not say where", List.of("WATCH-002"), describing(line -> !line.startsWith("  "))),
                Mutant.ofApi("programs are told of no socket", List.of("WATCH-004"), telling("\"handles\":\\[.*?\\]", "\"handles\":[]")),
                Mutant.ofApi("programs are not told what waits to be sent", List.of("WATCH-004"),
                        telling("\"pendingBytes\":\\d+", "\"pendingBytes\":0")),
                Mutant.ofApi("programs are told of no hold", List.of("WATCH-004"), telling("\"holds\":\\d+", "\"holds\":0")),
                Mutant.ofApi("what a loop is called is not escaped", List.of("WATCH-004"), telling("\\\\\"", "\"")),
                Mutant.ofApi("programs are not told where a loop is stuck", List.of("WATCH-004"), telling("\"at\":\\[.*?\"\\]", "\"at\":[]")),
                Mutant.ofApi("programs are not told that a loop waits", List.of("WATCH-004"), telling("\"waiting\"", "\"running\"")),
                Mutant.ofProvider("an open loop is not listed", List.of("WATCH-005", "WATCH-006"), new BrokenProvider() {
                    @Override
                    public EventLoop open(LoopOptions options) {
                        EventLoop loop = super.open(options);
                        LoopRegistry.closed(loop);
                        return loop;
                    }
                }),
                Mutant.ofApi("a closed loop is still listed", List.of("WATCH-005", "WATCH-006"),
                        new Interception().on(EventLoop.class, "close", call -> {
                            call.proceed();
                            LoopRegistry.opened((EventLoop) call.target);
                            return null;
                        })));
    }

    private static Interception telling(String pattern, String replacement) {
        return new Interception().on(EventLoop.class, "describeAsJson", call -> ((String) call.proceed()).replaceAll(pattern, replacement));
    }

    private static Interception describing(Predicate<String> told) {
        return new Interception().on(EventLoop.class, "describe",
                call -> ((String) call.proceed()).lines().filter(told).collect(Collectors.joining("\n")));
    }

    private static Interception counting(UnaryOperator<BusyTimes> change) {
        return stats(LoopStats::longestTurn, good -> change.apply(good.busy()));
    }

    private static Interception stats(Function<LoopStats, Duration> longest, Function<LoopStats, BusyTimes> busy) {
        return new Interception().on(EventLoop.class, "stats", call -> {
            LoopStats good = (LoopStats) call.proceed();
            return new LoopStats(good.connectingSockets(), good.openSockets(), good.closingSockets(), good.servers(), good.datagramSockets(),
                    good.timers(), good.signals(), good.queuedTasks(), good.holds(), good.turns(), longest.apply(good),
                    busy.apply(good), good.bytesIn(), good.bytesOut());
        });
    }
}
