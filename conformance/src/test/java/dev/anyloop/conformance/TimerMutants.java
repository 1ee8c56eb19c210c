package dev.anyloop.conformance;

import dev.anyloop.EventLoop;
import dev.anyloop.Timer;
import dev.anyloop.TimerCallback;
import dev.anyloop.core.transport.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Bugs of timers. */
final class TimerMutants extends MutantTest {

    @Override
    List<Mutant> mutants() {
        return List.of(
                Mutant.ofApi("timers fire 1 ms early", List.of("TIMER-001"), delays(delay -> delay.minusMillis(1))),
                Mutant.ofApi("a timer that is late waits once more", List.of("TIMER-002"), lateOnesWaitOnceMore()),
                Mutant.ofApi("equal delays fire in any order", List.of("TIMER-003"), anyOrder()),
                Mutant.ofApi("a zero delay fires inside the call", List.of("TIMER-004", "ORDER-001"), zeroInside()),
                Mutant.ofApi("a negative delay is refused", List.of("TIMER-005"), negativeRefused()),
                Mutant.ofApi("a huge delay overflows", List.of("TIMER-006"),
                        delays(delay -> delay.toDays() > 100_000 ? Duration.ZERO : delay)),
                Mutant.ofSeam("the loop does not wait but spins", List.of("TIMER-007", "SEAM-008"),
                        good -> new BrokenTransport(good) {
                            @Override
                            public boolean poll(long timeoutNanos) throws IOException {
                                return super.poll(0);
                            }
                        }),
                Mutant.ofSeam("input waits until no timer is due and no task is queued", List.of("TIMER-012", "ORDER-004"),
                        Hurried::new),
                Mutant.ofApi("a timer that was made before run() counts from there", List.of("TIMER-014"), countsFromRun()),
                Mutant.ofApi("an interval fires at half its rate", List.of("TIMER-010"),
                        new Interception().on(EventLoop.class, "interval", call -> {
                            call.arguments[0] = call.<Duration>argument(0).multipliedBy(2);
                            return call.proceed();
                        })),
                Mutant.ofApi("an interval makes up for the periods it missed", List.of("TIMER-010"), bursts()),
                Mutant.ofApi("an interval ends with what its callback throws", List.of("TIMER-011"),
                        new Interception().on(TimerCallback.class, "run", call -> {
                            try {
                                return call.proceed();
                            } catch (Throwable e) {
                                call.<Timer>argument(0).cancel();
                                throw e;
                            }
                        })),
                Mutant.ofApi("cancel does not say whether it prevented a run", List.of("TIMER-008"),
                        new Interception().on(Timer.class, "cancel", call -> {
                            call.proceed();
                            return true;
                        })),
                Mutant.ofApi("a cancelled timer fires all the same", List.of("TIMER-008", "TIMER-009"),
                        new Interception().on(Timer.class, "cancel", call -> false)),
                Mutant.ofApi("a timer that is due cannot be cancelled", List.of("TIMER-009"), dueOnesStay()));
    }

    @FunctionalInterface
    private interface Change {
        Duration of(Duration delay);
    }

    private static Interception delays(Change change) {
        return new Interception().on(EventLoop.class, "timer", call -> {
            call.arguments[0] = change.of(call.argument(0));
            return call.proceed();
        });
    }

    private static Interception anyOrder() {
        int[] made = new int[1];
        return delays(delay -> delay.plusNanos(made[0]++ % 2 == 0 ? 1_000_000 : 0));
    }

    private static Interception zeroInside() {
        return new Interception().on(EventLoop.class, "timer", call -> {
            Duration delay = call.argument(0);
            TimerCallback callback = call.argument(1);
            Object timer = call.proceed();
            if (delay.isZero()) {
                ((Timer) timer).cancel();
                callback.run((Timer) timer);
            }
            return timer;
        });
    }

    private static Interception negativeRefused() {
        return delays(delay -> {
            if (delay.isNegative()) {
                throw new IllegalArgumentException("delay < 0: " + delay);
            }
            return delay;
        });
    }

    private static Interception lateOnesWaitOnceMore() {
        return new Interception().on(EventLoop.class, "timer", call -> {
            EventLoop loop = (EventLoop) call.target;
            Duration delay = call.argument(0);
            TimerCallback good = call.argument(1);
            long made = BrokenKit.ground().world().nanoTime();
            return loop.timer(delay, timer -> {
                if (BrokenKit.ground().world().nanoTime() - made > delay.toNanos() + 3_000_000) {
                    loop.timer(delay, good);
                } else {
                    good.run(timer);
                }
            });
        });
    }

    private static Interception countsFromRun() {
        long[] began = new long[1];
        return new Interception()
                .on(EventLoop.class, "run", call -> {
                    began[0] = BrokenKit.ground().world().nanoTime();
                    return call.proceed();
                })
                .on(EventLoop.class, "timer", call -> {
                    EventLoop loop = (EventLoop) call.target;
                    Duration delay = call.argument(0);
                    TimerCallback good = call.argument(1);
                    return loop.timer(delay, timer -> {
                        long missing = delay.toNanos() - (BrokenKit.ground().world().nanoTime() - began[0]);
                        if (missing > 0) {
                            loop.timer(Duration.ofNanos(missing), good);
                        } else {
                            good.run(timer);
                        }
                    });
                });
    }

    private static Interception bursts() {
        return new Interception().on(EventLoop.class, "interval", call -> {
            long period = call.<Duration>argument(0).toNanos();
            TimerCallback good = call.argument(1);
            long[] last = {BrokenKit.ground().world().nanoTime()};
            call.arguments[1] = (TimerCallback) timer -> {
                for (long now = BrokenKit.ground().world().nanoTime(); timer.isPending() && now - last[0] >= period; last[0] += period) {
                    good.run(timer);
                }
            };
            return call.proceed();
        });
    }

    private static Interception dueOnesStay() {
        Map<Object, Long> deadlines = new IdentityHashMap<>();
        return new Interception()
                .on(EventLoop.class, "timer", call -> {
                    long deadline = BrokenKit.ground().world().nanoTime() + call.<Duration>argument(0).toNanos();
                    Object timer = call.proceed();
                    deadlines.put(timer, deadline);
                    return timer;
                })
                .on(Timer.class, "cancel", call -> {
                    Long deadline = deadlines.get(call.target);
                    return deadline != null && deadline - BrokenKit.ground().world().nanoTime() < 0 ? false : call.proceed();
                });
    }

    /** A poll that must not wait does not look, unless somebody has woken it: so that it can be stopped. */
    private static final class Hurried extends BrokenTransport {
        private final AtomicBoolean woken = new AtomicBoolean();

        Hurried(Transport good) {
            super(good);
        }

        @Override
        public boolean poll(long timeoutNanos) throws IOException {
            return timeoutNanos == 0 && !woken.getAndSet(false) || super.poll(timeoutNanos);
        }

        @Override
        public void wakeup() {
            woken.set(true);
            super.wakeup();
        }
    }
}
