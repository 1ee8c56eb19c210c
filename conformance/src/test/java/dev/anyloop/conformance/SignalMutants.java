package dev.anyloop.conformance;

import dev.anyloop.EventLoop;
import dev.anyloop.Signal;
import dev.anyloop.SignalCallback;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** Bugs of signals. */
final class SignalMutants extends MutantTest {

    private static final String ANY = "WINCH";

    @Override
    List<Mutant> mutants() {
        return List.of(
                Mutant.ofApi("a signal is told once only", List.of("SIGNAL-001"),
                        new Interception().on(SignalCallback.class, "run", call -> {
                            Object result = call.proceed();
                            call.<Signal>argument(0).cancel();
                            return result;
                        })),
                Mutant.ofApi("what the callback throws is the end of it", List.of("SIGNAL-001"),
                        new Interception().on(SignalCallback.class, "run", call -> {
                            try {
                                return call.proceed();
                            } catch (Throwable thrown) {
                                call.<Signal>argument(0).cancel();
                                throw thrown;
                            }
                        })),
                Mutant.ofApi("what comes while a signal is told is lost", List.of("SIGNAL-001"), deafWhileItIsTold()),
                Mutant.ofApi("the last to listen is the only one told", List.of("SIGNAL-002"), onlyTheLast()),
                Mutant.ofApi("a signal keeps the loop running", List.of("SIGNAL-003"),
                        new Interception().on(EventLoop.class, "signal", call -> ((Signal) call.proceed()).ref())),
                Mutant.ofApi("a signal never keeps the loop running", List.of("SIGNAL-003"),
                        new Interception().on(Signal.class, "ref", Interception.Call::self)),
                Mutant.ofApi("a cancelled signal is told all the same", List.of("SIGNAL-004"),
                        new Interception().on(Signal.class, "cancel", call -> true)),
                Mutant.ofApi("a signal is caught for as long as a loop is open that has listened to it", List.of("SIGNAL-006"),
                        new Interception().on(EventLoop.class, "signal", call -> {
                            Object made = call.proceed();
                            ((EventLoop) call.target).signal(call.argument(0), signal -> {});
                            return made;
                        })),
                Mutant.ofApi("nobody hears of a signal that a loop has listened to", List.of("SIGNAL-006"),
                        new Interception().on(Signal.class, "cancel", call -> {
                            Object result = call.proceed();
                            doNothingAt(((Signal) call.target).name());
                            return result;
                        })),
                Mutant.ofApi("what comes between runs is lost", List.of("SIGNAL-005"), lostBetweenRuns()),
                Mutant.ofApi("a signal that there is not is never told", List.of("SIGNAL-007"),
                        new Interception().on(EventLoop.class, "signal", call -> {
                            try {
                                return call.proceed();
                            } catch (IllegalArgumentException refused) {
                                return ((EventLoop) call.target).signal(ANY, signal -> {});
                            }
                        })));
    }

    /** The task that ends it comes after those of what has come meanwhile. */
    private static Interception deafWhileItIsTold() {
        Set<Signal> deaf = new HashSet<>();
        EventLoop[] loop = new EventLoop[1];
        return new Interception()
                .on(EventLoop.class, "signal", call -> {
                    loop[0] = (EventLoop) call.target;
                    return call.proceed();
                })
                .on(SignalCallback.class, "run", call -> {
                    Signal signal = call.argument(0);
                    if (deaf.contains(signal)) {
                        return null;
                    }
                    Object result = call.proceed();
                    deaf.add(signal);
                    loop[0].execute(() -> deaf.remove(signal));
                    return result;
                });
    }

    private static void doNothingAt(String name) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), handler.getField("SIG_DFL").get(null));
    }

    private static Interception onlyTheLast() {
        List<Signal> all = new ArrayList<>();
        return new Interception().on(EventLoop.class, "signal", call -> {
            all.forEach(Signal::cancel);
            Signal made = (Signal) call.proceed();
            all.add(made);
            return made;
        });
    }

    /** The task that is submitted when the run begins comes after those of signals that have come already. */
    private static Interception lostBetweenRuns() {
        AtomicBoolean begins = new AtomicBoolean();
        return new Interception()
                .on(EventLoop.class, "run", call -> {
                    begins.set(true);
                    ((EventLoop) call.target).execute(() -> begins.set(false));
                    return call.proceed();
                })
                .on(SignalCallback.class, "run", call -> begins.get() ? null : call.proceed());
    }
}
