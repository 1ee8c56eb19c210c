package dev.anyloop.beanstalk;

import dev.anyloop.EventLoop;
import dev.anyloop.Timer;
import dev.anyloop.TimerCallback;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A timer, or nothing on a loop that is closed: its sockets' close callbacks come when it makes no timers any more. */
final class Wait {

    private final @Nullable Timer timer;

    Wait(EventLoop loop, Duration time, TimerCallback callback) {
        this.timer = timer(loop, time, callback);
    }

    private static @Nullable Timer timer(EventLoop loop, Duration time, TimerCallback callback) {
        try {
            return loop.timer(time, callback);
        } catch (IllegalStateException closed) {
            return null;
        }
    }

    /** Whether the loop was closed already. */
    boolean isInVain() {
        return timer == null;
    }

    void cancel() {
        if (timer != null) {
            timer.cancel();
        }
    }
}
