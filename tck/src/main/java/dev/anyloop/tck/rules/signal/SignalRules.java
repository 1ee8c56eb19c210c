package dev.anyloop.tck.rules.signal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.Signal;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.ChildJvm;
import dev.anyloop.tck.rules.NeedsSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Chapter SIGNAL of the specification. */
public abstract class SignalRules extends Chapter {

    /** A process that does not listen to it does nothing. */
    private static final String HARMLESS = "WINCH";

    private final List<String> told = new ArrayList<>();

    private void raise() {
        world().signal(HARMLESS);
    }

    /** Gives time in which it would be told if it could. */
    private void waitInVain() {
        block(limits().mustNotHappen());
    }

    @Rule("SIGNAL-001")
    void eachSignalWakesTheLoopAndIsToldOnItsThread() {
        withLoop(loop -> {
            loop.signal(HARMLESS, signal -> {
                assertTrue(loop.inLoop());
                assertEquals(HARMLESS, signal.name());
                told.add("signal");
                if (told.size() == 3) {
                    signal.cancel();
                } else {
                    helper(this::raiseToOneThatWaits);
                }
            }).ref();
            helper(this::raiseToOneThatWaits);
        });
        assertEquals(List.of("signal", "signal", "signal"), told);
    }

    private void raiseToOneThatWaits() {
        waitInVain();
        raise();
    }

    @Rule({"SIGNAL-001", "ORDER-002"})
    void aSignalIsNotToldInsideAnotherCallback() {
        withLoop(loop -> {
            loop.signal(HARMLESS, signal -> {
                told.add("signal");
                signal.cancel();
            }).ref();
            loop.timer(Duration.ZERO, timer -> {
                raise();
                raise();
                waitInVain();
                told.add("timer");
            });
        });
        assertEquals(List.of("timer", "signal"), told);
    }

    /** The second is asked, so that one handle has been told already, and the other is being told. */
    @Rule({"SIGNAL-001", "SIGNAL-002"})
    void whatComesWhileItIsToldIsToldByAnotherCall() {
        withLoop(loop -> {
            for (String name : List.of("first", "second")) {
                loop.signal(HARMLESS, signal -> {
                    told.add(name);
                    if (told.size() == 2) {
                        raise();
                        waitInVain(); // it has come before the callback returns
                    } else if (told.size() > 2) {
                        signal.cancel();
                    }
                }).ref();
            }
            raise();
        });
        assertEquals(List.of("first", "second", "first", "second"), told);
    }

    @Rule({"SIGNAL-001", "LOOP-011"})
    void whatACallbackThrowsDoesNotEndIt() {
        withLoop(loop -> {
            loop.onUncaught((same, thrown) -> {
                told.add(thrown.getMessage());
                raise();
            });
            loop.signal(HARMLESS, signal -> {
                if (told.isEmpty()) {
                    throw new Exception("thrown");
                }
                told.add("signal");
                signal.cancel();
            }).ref();
            raise();
        });
        assertEquals(List.of("thrown", "signal"), told);
    }

    @Rule("SIGNAL-002")
    void allHandlesOfAllLoopsAreTold() {
        withOpenLoop(first -> withOpenLoop(second -> {
            listenOnce(first, "first");
            listenOnce(first, "second");
            listenOnce(second, "of another loop");
            raise();
            first.run();
            second.run();
        }));
        assertEquals(List.of("first", "second", "of another loop"), told);
    }

    private Signal listenOnce(EventLoop loop, String name) {
        return loop.signal(HARMLESS, signal -> {
            told.add(name);
            signal.cancel();
        }).ref();
    }

    @Rule("SIGNAL-003")
    void aSignalKeepsALoopRunningOnlyIfItIsRefd() {
        withLoop(loop -> loop.signal(HARMLESS, signal -> {}));
        withLoop(loop -> {
            Signal signal = loop.signal(HARMLESS, s -> {}).ref();
            assertEquals(1, loop.stats().signals());
            assertTrue(loop.describe().contains(" 1 signals"), loop.describe());
            loop.timer(limits().mustNotHappen(), timer -> {
                told.add("still running");
                signal.unref();
            }).unref();
        });
        assertEquals(List.of("still running"), told);
    }

    @Rule("SIGNAL-003")
    void aLoopThatShutsDownIsToldButWaitsForNoSignal() {
        withLoop(loop -> {
            loop.signal(HARMLESS, signal -> {}).ref();
            Hold hold = loop.hold();
            loop.signal(HARMLESS, signal -> {
                told.add("signal");
                hold.release();
            }).ref();
            loop.shutdown(Duration.ofMinutes(1));
            raise();
        });
        assertEquals(List.of("signal"), told);
    }

    @Rule("SIGNAL-004")
    void aCancelledSignalIsNotToldEvenIfItHasCome() {
        withLoop(loop -> {
            Signal[] victim = new Signal[1];
            loop.signal(HARMLESS, signal -> {
                told.add("culprit");
                assertTrue(victim[0].cancel(), "the first time");
                assertFalse(victim[0].cancel(), "the second time");
                assertTrue(signal.cancel(), "inside its own callback");
                assertEquals(0, loop.stats().signals());
            }).ref();
            victim[0] = loop.signal(HARMLESS, signal -> told.add("victim")).ref();
            raise();
            waitInVain(); // both have come
        });
        assertEquals(List.of("culprit"), told);
    }

    @Rule({"SIGNAL-004", "LOOP-009"})
    void aClosedLoopIsToldNothing() {
        Signal[] victim = new Signal[1];
        withLoop(loop -> {
            listenOnce(loop, "culprit");
            loop.signal(HARMLESS, signal -> loop.close());
            victim[0] = loop.signal(HARMLESS, signal -> told.add("victim"));
            raise();
            waitInVain();
        });
        assertEquals(List.of("culprit"), told);
        assertFalse(victim[0].cancel());
    }

    @Rule("SIGNAL-005")
    void whatComesBetweenRunsIsToldInTheNext() {
        withOpenLoop(loop -> {
            loop.signal(HARMLESS, signal -> {
                told.add("signal");
                loop.stop();
            }).ref();
            for (int run = 1; run <= 2; run++) {
                raise();
                waitInVain();
                assertEquals(run - 1, told.size());
                loop.run();
                assertEquals(run, told.size());
            }
        });
    }

    @Rule("SIGNAL-006")
    @NeedsSystem("what the process does at a signal that no loop listens to")
    void whatWasDoneBeforeIsDoneAgainWhenNobodyListens() {
        assumeLinux();
        String before = caught();
        withOpenLoop(first -> withOpenLoop(second -> {
            listenOnce(first, "first");
            Signal another = first.signal(HARMLESS, signal -> {});
            second.signal(HARMLESS, signal -> {});
            assertNotEquals(before, caught());
            raise();
            first.run();
            assertTrue(another.cancel());
            assertNotEquals(before, caught(), "another loop listens");
            second.close();
            assertEquals(before, caught(), "nobody listens");
        }));
        assertEquals(List.of("first"), told);
    }

    @Rule("SIGNAL-006")
    @NeedsSystem("the handlers of a process")
    void whoeverHeardBeforeHearsAgainAndWhoeverTakesThePlaceKeepsIt() {
        try (OtherHandler before = new OtherHandler(HARMLESS)) {
            withOpenLoop(loop -> {
                listenOnce(loop, "signal");
                raise();
                loop.run();
                assertHears(before, 1);
                Signal replaced = loop.signal(HARMLESS, signal -> told.add("replaced"));
                try (OtherHandler meanwhile = new OtherHandler(HARMLESS)) {
                    replaced.cancel();
                    assertHears(meanwhile, 1);
                    assertEquals(1, before.heard());
                    loop.signal(HARMLESS, signal -> {}).cancel();
                    assertHears(meanwhile, 2);
                }
            });
        }
        assertEquals(List.of("signal"), told);
    }

    @Rule({"SIGNAL-006", "SIGNAL-002"})
    @NeedsSystem("the handlers of a process")
    void whoListensAfterAnotherHasTakenThePlaceIsToldAndSoAreAllOthers() {
        try (OtherHandler before = new OtherHandler(HARMLESS)) {
            withOpenLoop(first -> withOpenLoop(second -> {
                Signal early = listenOnce(first, "early");
                try (OtherHandler meanwhile = new OtherHandler(HARMLESS)) {
                    assertHears(meanwhile, 1);
                    listenOnce(second, "late");
                    raise();
                    second.run();
                    first.run();
                    assertEquals(1, meanwhile.heard());
                    assertFalse(early.cancel());
                    assertHears(meanwhile, 2);
                }
            }));
            assertEquals(0, before.heard());
        }
        assertEquals(List.of("late", "early"), told);
    }

    @Rule("SIGNAL-006")
    @NeedsSystem("the handlers of a process")
    void whoGivesThePlaceBackTooLateMakesTheProcessNotDeaf() {
        try (OtherHandler before = new OtherHandler(HARMLESS)) {
            withOpenLoop(loop -> {
                listenOnce(loop, "signal");
                raise();
                loop.run();
                Signal replaced = loop.signal(HARMLESS, signal -> told.add("replaced"));
                try (OtherHandler meanwhile = new OtherHandler(HARMLESS)) {
                    replaced.cancel();
                    assertHears(meanwhile, 1);
                }
                assertHears(before, 1);
                assertHears(before, 2);
            });
        }
        assertEquals(List.of("signal"), told);
    }

    @Rule({"SIGNAL-006", "RES-009"})
    @NeedsSystem("a process of its own, for its class loaders")
    void copiesOfTheLibraryGiveThePlaceBackInWhateverOrderTheyEnd() throws Exception {
        Class<?> provider = providerForAnotherProcess();
        Limits minute = new Limits(limits().mustHappen().multipliedBy(6), limits().mustNotHappen());
        ChildJvm server = ChildJvm.runAlone(List.of(), ListeningCopies.class, minute, provider.getName(),
                ChildJvm.classPath(provider.getClassLoader()), minute.mustHappen().toString());
        assertEquals("", server.err());
        assertEquals("all is as before", server.out().strip());
    }

    private void assertHears(OtherHandler handler, int times) {
        raise();
        until(() -> handler.heard() >= times, () -> "heard " + handler.heard() + " times");
        assertEquals(times, handler.heard());
    }

    /** The signals that this process has handlers for, as the kernel says. */
    private static String caught() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("SigCgt")).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Rule({"SIGNAL-007", "ERR-005"})
    void whatNobodyCanListenToIsRefused() {
        withLoop(loop -> {
            refuses(loop, "SIGTERM", "use \"TERM\"");
            refuses(loop, "term", "use \"TERM\"");
            refuses(loop, "", "there is no signal \"\"");
            refuses(loop, "NONSENSE", "there is no signal \"NONSENSE\"");
            refuses(loop, "CLD", "use \"CHLD\"");
            refuses(loop, "IOT", "use \"ABRT\"");
            refuses(loop, "POLL", "use \"IO\"");
            refuses(loop, "KILL", "no program can listen to KILL");
            refuses(loop, "SEGV", "the JVM keeps SEGV for itself");
            assertEquals(0, loop.stats().signals());
            loop.signal(HARMLESS, signal -> {});
        });
    }

    @Rule("SIGNAL-007")
    @NeedsSystem("a process that ignores a signal, or leaves it to the system")
    void whatTheProcessWasStartedToIgnoreItStillIgnores() throws Exception {
        assumeLinux();
        assertEquals("IllegalStateException", refusal("trap '' USR1", "USR1", "-Drefused=USR1"));
        assertEquals("IllegalArgumentException", refusal("true", "TERM", "-Drefused=TERM", "-Xrs"));
    }

    private String refusal(String command, String name, String... options) throws Exception {
        ChildJvm child = ChildJvm.runLimited(command, RefusedSignal.class, providerForAnotherProcess(), limits(), options);
        assertEquals("0 ", child.exit() + " " + child.err(), name);
        return child.out().strip();
    }

    private static void refuses(EventLoop loop, String name, String words) {
        String message = assertThrows(IllegalArgumentException.class, () -> loop.signal(name, signal -> {})).getMessage();
        assertTrue(message.contains(words), message);
    }
}
