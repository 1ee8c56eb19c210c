package dev.anyloop.conformance;

import dev.anyloop.EventLoop;
import dev.anyloop.Timer;
import dev.anyloop.TimerCallback;
import java.time.Duration;
import java.util.List;

/** Bugs of timers. */
final class TimerMutants {

    private TimerMutants() {}

    static List<Mutant> all() {
        return List.of(
                Mutant.ofApi("timers fire 1 ms early", List.of("TIMER-001"), delays(delay -> delay.minusMillis(1))),
                Mutant.ofApi("equal delays fire in any order", List.of("TIMER-003"), anyOrder()),
                Mutant.ofApi("a zero delay fires inside the call", List.of("TIMER-004"), zeroInside()),
                Mutant.ofApi("a negative delay is refused", List.of("TIMER-005"), negativeRefused()),
                Mutant.ofApi("cancel does not say whether it prevented a run", List.of("TIMER-008"),
                        new Interception().on(Timer.class, "cancel", call -> {
                            call.proceed();
                            return true;
                        })),
                Mutant.ofApi("a cancelled timer fires all the same", List.of("TIMER-008", "TIMER-009"),
                        new Interception().on(Timer.class, "cancel", call -> false)));
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
}
