package dev.anyloop.conformance.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.anyloop.conformance.faults.Intrusion.Act;
import dev.anyloop.tck.World;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import jdk.jfr.FlightRecorder;
import jdk.jfr.RecordingState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/**
 * Every system call of a scene with three connections fails once, and little is moved at once: on each engine, at the border
 * between it and the system. What fails costs its own connection, which is told why; nothing else is harmed, nothing is lost,
 * nothing is left behind, and nothing spins. A failure is named by its call, which {@code -Dfaults.most=…} can get to if it is
 * a late one.
 */
class SystemCallFaultsTest {

    private static final int SIZE = 40_000;
    private static final int MOST_CALLBACKS = 60;
    private static final int MOST_OF_A_KIND = Integer.getInteger("faults.most", 12);

    /** What Linux tells whoever accepts of a connection to which it happened before. */
    private static final List<Errno> OF_ONE_CONNECTION = List.of(Errno.ECONNABORTED, Errno.EPROTO, Errno.ENETDOWN, Errno.ENETUNREACH,
            Errno.EHOSTDOWN, Errno.EHOSTUNREACH, Errno.ENONET, Errno.ENOPROTOOPT, Errno.EOPNOTSUPP);

    @BeforeAll
    static void mayIntercept() {
        assumeTrue(System.getProperty("os.name").equals("Linux") && System.getProperty("os.arch").equals("amd64"),
                "the calls are known by their numbers on Linux on x86-64");
        assumeTrue(!isRecorded(), "a flight recording makes the virtual machine read files on the intercepted thread, where a collection would wait for it");
        assumeTrue(Interceptor.prepare(), "this system lets no process intercept its own calls");
    }

    private static boolean isRecorded() {
        return FlightRecorder.isInitialized() && FlightRecorder.getFlightRecorder().getRecordings().stream()
                .anyMatch(recording -> recording.getState() == RecordingState.RUNNING);
    }

    /** A filter goes to the threads that an intercepted one begins; one that outlives it would make no call any more. */
    @AfterAll
    static void theKitsOwnThreadIsNotIntercepted() {
        CompletableFuture<Integer> made = new CompletableFuture<>();
        World.real().alarm(Duration.ZERO, () -> made.complete((int) Kernel.syscall(SystemCall.EVENTFD2.number, 0, 0, 0, 0, 0, 0)));
        int descriptor = made.orTimeout(10, TimeUnit.SECONDS).join();
        assertTrue(descriptor >= 0, "the thread of alarms can make no call");
        Kernel.close(descriptor);
    }

    @TestFactory
    Stream<DynamicContainer> allIsWholeHoweverLittleTheSystemMovesAtOnce() {
        return FaultyEngine.ALL.stream().map(engine -> DynamicContainer.dynamicContainer(engine.name(),
                IntStream.of(1, 2, 3, 7, 100, 1_000, 4_000).mapToObj(limit -> dynamicTest(limit + " bytes", () -> {
            engine.warmUp();
            engine.play(Math.min(limit * 1_000, SIZE), new Fault() {
                @Override
                public @Nullable Errno errorOf(Call call) {
                    return null;
                }

                @Override
                public int limitOf(Call call) {
                    return limit;
                }
            }).checkIsWhole();
        }))));
    }

    @TestFactory
    Stream<DynamicContainer> whateverFailsCostsItsOwnConnectionAlone() {
        return FaultyEngine.ALL.stream().map(engine -> DynamicContainer.dynamicContainer(engine.name(), Stream.of(engine)
                .flatMap(SystemCallFaultsTest::kinds)
                .filter(engine::hearsOf)
                .map(kind -> dynamicTest(kind.name(), () -> failOneAfterTheOther(engine, kind)))));
    }

    /** Those that a scene in which nothing fails makes. */
    private static Stream<Call> kinds(FaultyEngine engine) {
        engine.warmUp();
        FaultyRun quiet = engine.play(SIZE, Fault.NONE);
        quiet.checkIsWhole();
        return StreamSupport.stream(quiet.kinds().spliterator(), false);
    }

    private static void failOneAfterTheOther(FaultyEngine engine, Call kind) {
        for (int k = 1; k <= MOST_OF_A_KIND; k++) {
            int nth = k;
            Errno error = kind.kind().errors.get((k - 1) % kind.kind().errors.size());
            FaultyRun run = engine.play(SIZE, call -> call.isSameKind(kind) && call.count() == nth ? error : null);
            if (run.hit() == null) {
                assertTrue(k > 1, "there is none");
                return;
            }
            try {
                check(run, run.hit().kind(), error);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(error + " of " + run.hit() + ": " + e.getMessage() + "; " + run, e);
            }
        }
    }

    @TestFactory
    Stream<DynamicContainer> whoeverIsPausedClosedOrAbortedInAnyCallbackHarmsNobodyElse() {
        return FaultyEngine.ALL.stream().map(engine -> DynamicContainer.dynamicContainer(engine.name(),
                Stream.of(Act.values()).map(act -> dynamicTest(act.name(), () -> {
            engine.warmUp();
            for (int callback = 1; callback <= MOST_CALLBACKS; callback++) {
                FaultyRun run = engine.play(SIZE, new Intrusion(act, callback));
                try {
                    if (act == Act.PAUSE) {
                        run.checkIsWhole();
                    } else {
                        run.checkIsHarmedOnce();
                    }
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("in callback " + callback + ": " + e.getMessage() + "; " + run, e);
                }
                if (run.callbacks() < callback) {
                    return;
                }
            }
        }))));
    }

    /** With io_uring the kernel accepts, and does not fail. */
    @TestFactory
    Stream<DynamicContainer> whatBefellOneConnectionBeforeItIsAcceptedIsNoErrorOfTheServer() {
        return FaultyEngine.ALL.stream().map(engine -> DynamicContainer.dynamicContainer(engine.name(),
                OF_ONE_CONNECTION.stream().map(error -> dynamicTest(error.name(), () -> {
            engine.warmUp();
            engine.play(SIZE, call -> call.kind().isAccept() && call.count() == 1 ? error : null).checkIsUnheard();
        }))));
    }

    private static void check(FaultyRun run, SystemCall kind, Errno error) {
        if (error.isTemporary() || kind.isAccept() || kind == SystemCall.CLOSE) {
            run.checkIsWhole();
            return;
        }
        run.checkIsHarmedOnce();
        assertTrue(run.isWhole() || kind.isPreparation() || run.names(error), "nobody was told why");
    }
}
