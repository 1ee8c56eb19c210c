package dev.anyloop.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.sim.SimGround;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The same mutants on the simulated engine, in its world: what the kit sees there is nearly all that it sees on a real one.
 * Takes a few minutes, so it is run by those who ask for it, {@code -Dtest=MutantsOnSim}.
 */
class MutantsOnSim {

    private static final String SYSTEM = "is about the operating system";
    private static final String FILES = "is about files, and a simulated host has none";
    private static final String THREADS = "is about threads that the library starts";
    private static final String NAGLE = "the simulated TCP holds no small writes back";
    private static final String ROOM = "a simulated host has room for every datagram, so that none waits";
    private static final String BLOCKS = "keeps time from passing, so that the test does not end, which is noticed in another way";

    /** Bugs, or one of their rules, that are not seen there, and why. */
    private static final Map<String, String> UNSEEN = new LinkedHashMap<>();

    static {
        UNSEEN.put("a wait that a signal interrupts is a failure", SYSTEM);
        UNSEEN.put("accepting goes on without descriptors", SYSTEM);
        UNSEEN.put("a task that cannot be queued takes all later ones with it", SYSTEM);
        UNSEEN.put("the engine leaves something of its own on the owner thread", SYSTEM);
        UNSEEN.put("the engine keeps an exception from its first use", SYSTEM);
        UNSEEN.put("a read without memory is the end of the loop", SYSTEM);
        UNSEEN.put("a loop that cannot be opened keeps a descriptor", SYSTEM);
        UNSEEN.put("a signal is caught for as long as a loop is open that has listened to it", SYSTEM);
        UNSEEN.put("nobody hears of a signal that a loop has listened to", SYSTEM);
        UNSEEN.put("an IPv4 address keeps half of the IPv6 address before it", SYSTEM);
        UNSEEN.put("everybody may broadcast", SYSTEM);
        UNSEEN.put("a group is never left", SYSTEM);
        UNSEEN.put("a group is joined for every source", SYSTEM);
        UNSEEN.put("who leaves one group leaves all", SYSTEM);
        UNSEEN.put("a server that closes removes whatever lies at its path", FILES);
        UNSEEN.put("a server leaves its file behind", FILES);
        UNSEEN.put("whatever lies at a path is removed before it is listened on", FILES);
        UNSEEN.put("a leftover is never replaced", FILES);
        UNSEEN.put("init runs on another thread", THREADS);
        UNSEEN.put("what init throws is lost", THREADS);
        UNSEEN.put("a loop that is closed stops the others", THREADS);
        UNSEEN.put("shutdown never has an end", THREADS);
        UNSEEN.put("run() keeps to itself what a callback threw", THREADS);
        UNSEEN.put("small writes are held back", NAGLE);
        UNSEEN.put("small writes are never held back", NAGLE);
        UNSEEN.put("who has input is not told of room", ROOM);
        UNSEEN.put("the queue of what waits has as much memory as it wants", ROOM);
        UNSEEN.put("all loops share a lock", BLOCKS);
        UNSEEN.put("names are resolved by the loop's own thread", BLOCKS);
        UNSEEN.put("input waits until no timer is due and no task is queued", BLOCKS);
    }

    @BeforeAll
    static void onSim() {
        BrokenKit.on(new SimGround());
    }

    @AfterAll
    static void onNio() {
        BrokenKit.on(new Ground.Nio());
    }

    @TestFactory
    Stream<DynamicTest> everyMutantIsKilledUnlessThereIsAReason() {
        return Mutants.GROUPS.stream()
                .filter(group -> BrokenKit.ground().capabilities().containsAll(group.needs()))
                .flatMap(group -> group.mutants().stream())
                .filter(mutant -> !UNSEEN.containsKey(mutant.bug()))
                .flatMap(mutant -> mutant.rules().stream().map(rule ->
                        DynamicTest.dynamicTest(rule + ": " + mutant.bug(), () -> MutantTest.assertKilled(mutant, rule))));
    }

    @TestFactory
    Stream<DynamicTest> whatIsNotSeenIsABugThatIsPlanted() {
        List<String> bugs = Mutants.all().stream().map(Mutant::bug).toList();
        return UNSEEN.keySet().stream().map(bug -> DynamicTest.dynamicTest(bug, () -> assertTrue(bugs.contains(bug))));
    }
}
