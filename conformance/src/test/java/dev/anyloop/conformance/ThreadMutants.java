package dev.anyloop.conformance;

import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.LoopCallback;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Bugs between threads. */
final class ThreadMutants extends MutantTest {

    @Override
    List<Mutant> mutants() {
        Object lockOfAllLoops = new Object();
        return List.of(
                Mutant.ofApi("a task runs on the thread that submits it", List.of("LOOP-001"),
                        new Interception().on(EventLoop.class, "execute", call -> {
                            if (((EventLoop) call.target).inLoop()) {
                                return call.proceed();
                            }
                            call.<Runnable>argument(0).run();
                            return null;
                        })),
                Mutant.ofApi("other threads may do anything", List.of("THREAD-001"), anyThread()),
                Mutant.ofApi("a hold is let go only in the loop", List.of("LOOP-014"),
                        new Interception().on(Hold.class, "release", call -> null)),
                Mutant.ofApi("the wrong thread is refused without a name", List.of("THREAD-002"),
                        new Interception().on(EventLoop.class, "run", call -> {
                            if (!((EventLoop) call.target).inLoop()) {
                                throw new IllegalStateException("wrong thread");
                            }
                            return call.proceed();
                        })),
                Mutant.ofSeam("another thread does not wake the loop", List.of("THREAD-003"), Sleepy::new),
                Mutant.ofApi("tasks are taken after close", List.of("THREAD-004"),
                        new Interception().on(EventLoop.class, "execute", call -> {
                            try {
                                return call.proceed();
                            } catch (RejectedExecutionException swallowed) {
                                return null;
                            }
                        })),
                Mutant.ofApi("a task is refused in another way while the loop closes", List.of("THREAD-004"), closing()),
                Mutant.ofApi("a thread runs one loop at a time", List.of("THREAD-006"), oneAtATime()),
                Mutant.ofApi("a task is lost while the loop does not run", List.of("THREAD-004", "THREAD-005"),
                        onlyWhileRunning()),
                Mutant.ofApi("a task that cannot be queued takes all later ones with it", List.of("THREAD-008"), brittle()),
                Mutant.ofApi("all loops share a lock", List.of("THREAD-006"),
                        new Interception().on(LoopCallback.class, "run", call -> {
                            synchronized (lockOfAllLoops) {
                                return call.proceed();
                            }
                        })));
    }

    /** A timer made elsewhere hops to the loop instead of being refused. */
    private static Interception anyThread() {
        return new Interception().on(EventLoop.class, "timer", call -> {
            EventLoop loop = (EventLoop) call.target;
            if (loop.inLoop()) {
                return call.proceed();
            }
            loop.execute(call.later());
            return null;
        });
    }

    private static Interception brittle() {
        AtomicBoolean broken = new AtomicBoolean();
        return new Interception().on(EventLoop.class, "execute", call -> {
            if (broken.get()) {
                return null;
            }
            try {
                return call.proceed();
            } catch (Error e) {
                broken.set(true);
                throw e;
            }
        });
    }

    private static Interception closing() {
        AtomicBoolean closing = new AtomicBoolean();
        return new Interception()
                .on(EventLoop.class, "close", call -> {
                    closing.set(true);
                    try {
                        return call.proceed();
                    } finally {
                        closing.set(false);
                    }
                })
                .on(EventLoop.class, "execute", call -> {
                    if (closing.get()) {
                        throw new IllegalStateException("the loop is just being closed");
                    }
                    return call.proceed();
                });
    }

    private static Interception oneAtATime() {
        ThreadLocal<EventLoop> running = new ThreadLocal<>();
        return new Interception().on(EventLoop.class, "run", call -> {
            if (running.get() != null && running.get() != call.target) {
                throw new IllegalStateException("another loop is running");
            }
            running.set((EventLoop) call.target);
            try {
                return call.proceed();
            } finally {
                running.remove();
            }
        });
    }

    private static Interception onlyWhileRunning() {
        AtomicBoolean running = new AtomicBoolean();
        return new Interception()
                .on(EventLoop.class, "run", call -> {
                    running.set(true);
                    try {
                        return call.proceed();
                    } finally {
                        running.set(false);
                    }
                })
                .on(EventLoop.class, "execute", call -> running.get() ? call.proceed() : null);
    }

    /** It looks for itself once in a while, or nobody could stop it. */
    private static final class Sleepy extends BrokenTransport {
        private static final long NAP = Duration.ofMillis(300).toNanos();

        Sleepy(Transport good) {
            super(good);
        }

        @Override
        public boolean poll(long timeoutNanos) throws IOException {
            return super.poll(timeoutNanos < 0 ? NAP : Math.min(timeoutNanos, NAP));
        }

        @Override
        public void wakeup() {}
    }
}
