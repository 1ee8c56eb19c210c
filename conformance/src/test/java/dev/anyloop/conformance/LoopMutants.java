package dev.anyloop.conformance;

import dev.anyloop.CompletionCallback;
import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.LoopCallback;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.Timer;
import dev.anyloop.TimerCallback;
import dev.anyloop.UncaughtCallback;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Bugs in the life of a loop. */
final class LoopMutants extends MutantTest {

    @Override
    List<Mutant> mutants() {
        return List.of(
                Mutant.ofApi("a further shutdown counts for nothing", List.of("LOOP-015"), firstShutdownCounts()),
                Mutant.ofApi("nobody is told that the loop is closed", List.of("LOOP-017"),
                        new Interception().on(EventLoop.class, "closed", call -> new CompletableFuture<>())),
                Mutant.ofApi("a loop is said to be closed from the beginning", List.of("LOOP-017"),
                        new Interception().on(EventLoop.class, "closed", call -> CompletableFuture.completedFuture(null))),
                Mutant.ofApi("callbacks run on a thread of their own", List.of("LOOP-001"),
                        new Interception().on(TimerCallback.class, "run", LoopMutants::elsewhere)),
                Mutant.ofApi("init runs twice", List.of("LOOP-002"),
                        new Interception().on(LoopCallback.class, "run", call -> {
                            call.proceed();
                            return call.proceed();
                        })),
                Mutant.ofApi("an init that a stop came before is forgotten", List.of("LOOP-002"), forgetfulRun()),
                Mutant.ofApi("run() does not return when the loop is empty", List.of("LOOP-003"),
                        new Interception().on(EventLoop.class, "run", call -> {
                            ((EventLoop) call.target).hold();
                            return call.proceed();
                        })),
                Mutant.ofApi("a paused socket does not keep the loop alive", List.of("LOOP-004"),
                        new Interception().on(Socket.class, "pause", call -> {
                            ((Socket) call.target).unref();
                            return call.proceed();
                        })),
                Mutant.ofApi("a pending timer does not keep the loop alive", List.of("LOOP-004"),
                        new Interception().on(EventLoop.class, "timer", call -> ((Timer) call.proceed()).unref())),
                Mutant.ofApi("unref does nothing", List.of("LOOP-005"),
                        new Interception().on(Timer.class, "unref", Interception.Call::self)),
                Mutant.ofApi("run() makes a turn for what is unref'd", List.of("LOOP-005"),
                        new Interception().on(EventLoop.class, "run", call -> {
                            ((EventLoop) call.target).execute(() -> {});
                            return call.proceed();
                        })),
                Mutant.ofApi("stop() lets the callbacks of the turn go on", List.of("LOOP-006"),
                        new Interception().on(EventLoop.class, "stop", call -> {
                            EventLoop loop = (EventLoop) call.target;
                            loop.execute(loop::stop);
                            return null;
                        })),
                Mutant.ofApi("stop() of another thread is ignored", List.of("LOOP-006", "LOOP-008"),
                        new Interception().on(EventLoop.class, "stop", call ->
                                ((EventLoop) call.target).inLoop() ? call.proceed() : null)),
                Mutant.ofApi("stop() closes the loop", List.of("LOOP-007"),
                        new Interception().on(EventLoop.class, "stop", call -> {
                            EventLoop loop = (EventLoop) call.target;
                            if (loop.inLoop()) {
                                loop.close();
                            }
                            return call.proceed();
                        })),
                Mutant.ofApi("a stop before run() is lost", List.of("LOOP-008"), stopOnlyWhileRunning()),
                Mutant.ofApi("close callbacks are dropped when the loop closes", List.of("LOOP-009"), silentClose()),
                Mutant.ofApi("run() inside run() is passed over in silence", List.of("LOOP-010"), silentNestedRun()),
                Mutant.ofApi("what a callback throws is swallowed", List.of("LOOP-011"),
                        new Interception().on(TimerCallback.class, "run", call -> {
                            try {
                                return call.proceed();
                            } catch (Throwable swallowed) {
                                return null;
                            }
                        })),
                Mutant.ofApi("what a callback throws stops the loop although there is a handler", List.of("LOOP-011"),
                        stopsAfter(thrown -> true)),
                Mutant.ofApi("a stack overflow stops the loop although there is a handler", List.of("LOOP-011"),
                        stopsAfter(StackOverflowError.class::isInstance)),
                Mutant.ofApi("an interrupt makes the loop spin", List.of("LOOP-012"), spinsWhenInterrupted()),
                Mutant.ofProvider("a wait that a signal interrupts is a failure", List.of("LOOP-012"), new Irritable()),
                Mutant.ofApi("the loop prints", List.of("LOOP-013"),
                        new Interception().on(EventLoop.class, "close", call -> {
                            System.err.println("a loop is closed");
                            return call.proceed();
                        })),
                Mutant.ofApi("an interrupt is swallowed", List.of("LOOP-012"),
                        new Interception().on(EventLoop.class, "run", call -> {
                            Object result = call.proceed();
                            Thread.interrupted();
                            return result;
                        })),
                Mutant.ofApi("a hold does not hold", List.of("LOOP-014"),
                        new Interception().on(EventLoop.class, "hold", call -> {
                            Hold hold = (Hold) call.proceed();
                            hold.release();
                            return hold;
                        })),
                Mutant.ofApi("shutdown forgets its grace", List.of("LOOP-015"),
                        new Interception().on(EventLoop.class, "shutdown", call -> {
                            call.arguments[0] = Duration.ofDays(1);
                            return call.proceed();
                        })),
                Mutant.ofApi("what is unref'd is closed only when its loop is", List.of("LOOP-016"), unrefdStayOpen()));
    }

    private static Interception forgetfulRun() {
        return new Interception().on(EventLoop.class, "run", call -> {
            if (call.arguments.length == 0) {
                return call.proceed();
            }
            boolean[] over = new boolean[1];
            LoopCallback good = call.argument(0);
            call.arguments[0] = (LoopCallback) loop -> {
                if (!over[0]) {
                    good.run(loop);
                }
            };
            Object result = call.proceed();
            over[0] = true;
            return result;
        });
    }

    private static Interception unrefdStayOpen() {
        Set<Object> unrefd = Collections.newSetFromMap(new IdentityHashMap<>());
        Interception.Advice unref = call -> {
            unrefd.add(call.target);
            return call.proceed();
        };
        Interception.Advice close = call -> unrefd.contains(call.target) ? null : call.proceed();
        return new Interception()
                .on(Server.class, "unref", unref).on(Server.class, "close", close)
                .on(Socket.class, "unref", unref).on(Socket.class, "close", close);
    }

    static Object elsewhere(Interception.Call call) throws Throwable {
        Throwable[] thrown = new Throwable[1];
        Thread thread = new Thread(() -> {
            try {
                call.proceed();
            } catch (Throwable e) {
                thrown[0] = e;
            }
        });
        thread.start();
        thread.join();
        if (thrown[0] != null) {
            throw thrown[0];
        }
        return null;
    }

    private static Interception stopsAfter(Predicate<Throwable> which) {
        return new Interception().on(UncaughtCallback.class, "uncaught", call -> {
            if (which.test(call.argument(1))) {
                call.<EventLoop>argument(0).stop();
            }
            return call.proceed();
        });
    }

    private static Interception spinsWhenInterrupted() {
        EventLoop[] running = new EventLoop[1];
        return new Interception()
                .on(EventLoop.class, "run", call -> {
                    running[0] = (EventLoop) call.target;
                    return call.proceed();
                })
                .on(TimerCallback.class, "run", call -> {
                    Object result = call.proceed();
                    if (Thread.currentThread().isInterrupted()) {
                        running[0].interval(Duration.ofNanos(1), spin -> { }).unref();
                    }
                    return result;
                });
    }

    /** Made from nothing, in a process of its own. */
    private static final class Irritable extends BrokenProvider {

        @Override
        Transport transport(Transport good) {
            boolean[] interrupted = new boolean[1];
            onContinue(() -> interrupted[0] = true);
            return new BrokenTransport(good) {
                @Override
                public boolean poll(long timeoutNanos) throws IOException {
                    boolean drained = super.poll(timeoutNanos);
                    if (interrupted[0]) {
                        throw new IOException("Interrupted system call");
                    }
                    return drained;
                }
            };
        }
    }

    /** By reflection, because the compiler warns of the JDK's only way to hear of a signal. */
    private static void onContinue(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            signal.getMethod("handle", signal, handler).invoke(null, signal.getConstructor(String.class).newInstance("CONT"),
                    Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        action.run();
                        return null;
                    }));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Interception stopOnlyWhileRunning() {
        boolean[] running = new boolean[1];
        return new Interception()
                .on(EventLoop.class, "run", call -> {
                    running[0] = true;
                    try {
                        return call.proceed();
                    } finally {
                        running[0] = false;
                    }
                })
                .on(EventLoop.class, "stop", call -> running[0] ? call.proceed() : null);
    }

    private static Interception silentClose() {
        boolean[] closed = new boolean[1];
        return new Interception()
                .on(EventLoop.class, "close", call -> {
                    closed[0] = true;
                    return call.proceed();
                })
                .on(CompletionCallback.class, "completed", call -> closed[0] ? null : call.proceed());
    }

    private static Interception silentNestedRun() {
        boolean[] running = new boolean[1];
        return new Interception().on(EventLoop.class, "run", call -> {
            if (running[0]) {
                return null;
            }
            running[0] = true;
            try {
                return call.proceed();
            } finally {
                running[0] = false;
            }
        });
    }

    private static Interception firstShutdownCounts() {
        Set<Object> over = Collections.newSetFromMap(new IdentityHashMap<>());
        return new Interception().on(EventLoop.class, "shutdown", call -> over.add(call.target) ? call.proceed() : null);
    }
}
