package dev.anyloop.conformance.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.BackendUnavailableException;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.World;
import dev.anyloop.tck.peer.Layer;
import dev.anyloop.tck.peer.Peers;
import dev.anyloop.tck.record.LoopSession;
import dev.anyloop.tck.run.Descriptors;
import dev.anyloop.tck.run.Failure;
import dev.anyloop.tck.run.Stuck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One scene on a loop some of whose system calls fail, on a thread of its own. */
final class FaultyRun {

    private static final Limits LIMITS = Limits.defaults();

    /** For what is lost to be told; what is told within it was not lost. */
    private static final Duration PATIENCE = LIMITS.mustHappen().dividedBy(4);

    private static final long MOST_TURNS = 5_000;
    private static final Set<ErrorKind> TIMEOUTS = EnumSet.of(
            ErrorKind.CONNECT_TIMEOUT, ErrorKind.READ_TIMEOUT, ErrorKind.WRITE_TIMEOUT, ErrorKind.CLOSE_TIMEOUT);

    private final LoopOptions options;
    private final int size;
    private final Intrusion intrusion;
    private final Failure failure = new Failure();
    private @Nullable Interceptor interceptor;
    private @Nullable Scene scene;
    private @Nullable Throwable unopened;
    private long turns;
    private Map<String, Integer> left = Map.of();

    private FaultyRun(LoopOptions options, int size, Intrusion intrusion) {
        this.intrusion = intrusion;
        this.options = options;
        this.size = size;
    }

    /** Plays it to its end. */
    static FaultyRun of(LoopOptions options, int size, Fault fault, Intrusion intrusion) {
        FaultyRun run = new FaultyRun(options, size, intrusion);
        Map<String, Integer> before = Descriptors.ofThisProcess();
        Thread thread = new Thread(() -> run.failure.catching(() -> run.play(fault)), "faulty-loop");
        thread.start();
        try {
            thread.join(LIMITS.mustHappen().toMillis() * 3);
            if (thread.isAlive()) {
                throw new Stuck("the scene does not end", thread, run.toString());
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        run.interceptor.close();
        run.left = leftOf(before);
        return run;
    }

    private static Map<String, Integer> leftOf(Map<String, Integer> before) {
        Map<String, Integer> left = new HashMap<>(Descriptors.ofThisProcess());
        before.forEach((target, count) -> left.computeIfPresent(target, (same, now) -> now > count ? now - count : null));
        return left;
    }

    private void play(Fault fault) {
        World world = World.real();
        Map<EventLoop, LoopSession> sessions = new ConcurrentHashMap<>();
        try (Peers peers = new Peers(world, Layer.NONE, LIMITS, failure::add)) {
            interceptor = new Interceptor(fault);
            LoopSession session;
            try {
                session = new LoopSession(world, provider(options), options, LIMITS, sessions, peers, connected -> {});
            } catch (BackendUnavailableException e) {
                unopened = e;
                return;
            }
            session.open((same, loop) -> {
                scene = new Scene(same, loop, size, PATIENCE, intrusion);
                scene.play();
                turns = loop.stats().turns();
            });
        }
    }

    private static EventLoopProvider provider(LoopOptions options) {
        return ServiceLoader.load(EventLoopProvider.class).stream().map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals(options.backend())).findFirst().orElseThrow();
    }

    // ---- what came of it ----

    Iterable<Call> kinds() {
        return interceptor.kinds();
    }

    @Nullable Call hit() {
        return interceptor.hit();
    }

    /** Whatever failed. */
    void checkIsClean() {
        failure.rethrow();
        assertEquals(Map.of(), left, "descriptors are left");
        assertTrue(turns < MOST_TURNS, turns + " turns");
    }

    void checkIsWhole() {
        checkIsClean();
        assertEquals(0, scene == null ? Scene.PAIRS : scene.harmed(), "exchanges were not whole");
        assertEquals(List.of(), scene.errors());
    }

    /** And nobody was told of anything. */
    void checkIsUnheard() {
        checkIsWhole();
        assertEquals(List.of(), errors());
    }

    /** Of one connection at most, and promptly. */
    void checkIsHarmedOnce() {
        checkIsClean();
        if (unopened == null && scene.told().isEmpty()) {
            assertTrue(scene.harmed() <= 1, "others were harmed too");
        }
        assertFalse(errors().stream().anyMatch(e -> e instanceof NetworkException network
                && TIMEOUTS.contains(network.kind()) && !words(e).contains("Connection timed out")), "it was lost");
    }

    int callbacks() {
        return scene.callbacks();
    }

    boolean isWhole() {
        return unopened == null && scene.harmed() == 0 && errors().isEmpty();
    }

    /** Whether anybody was told of it, as a kind of failure or in the system's words. */
    boolean names(Errno error) {
        return errors().stream().anyMatch(e -> words(e).contains(error.words())
                || e instanceof NetworkException network && network.kind() == error.kind && error.kind != ErrorKind.OTHER);
    }

    private static String words(Throwable thrown) {
        StringBuilder words = new StringBuilder();
        for (Throwable one = thrown; one != null; one = one.getCause()) {
            words.append(one).append('\n');
        }
        return words.toString();
    }

    private List<Throwable> errors() {
        List<Throwable> errors = new ArrayList<>();
        if (unopened != null) {
            errors.add(unopened);
        }
        if (scene != null) {
            errors.addAll(scene.told());
            errors.addAll(scene.errors());
        }
        return errors;
    }

    @Override
    public String toString() {
        return unopened != null ? "not opened: " + unopened : turns + " turns" + scene;
    }
}
