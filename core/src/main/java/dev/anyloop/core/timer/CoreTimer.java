package dev.anyloop.core.timer;

import dev.anyloop.Timer;
import dev.anyloop.TimerCallback;
import dev.anyloop.core.flight.TimerLateEvent;
import dev.anyloop.core.time.Deadline;
import dev.anyloop.core.time.LoopClock;
import dev.anyloop.core.turn.Callback;
import dev.anyloop.core.turn.Gauge;
import dev.anyloop.core.turn.Loop;
import dev.anyloop.core.turn.Ref;
import java.time.Duration;

/** A one-shot timer, or an interval if it has a period. */
public final class CoreTimer extends Deadline implements Timer {

    // set once
    private final Loop loop;
    private final TimerCallback callback;
    private final long periodNanos;
    private final Ref ref;

    /** A period of 0 means one shot. */
    public CoreTimer(Loop loop, long delayNanos, long periodNanos, TimerCallback callback) {
        this.loop = loop;
        this.callback = callback;
        this.periodNanos = periodNanos;
        this.ref = new Ref() {
            @Override
            protected Gauge counter() {
                return loop.counters.timersAlive;
            }
        };
        loop.deadlines.reserve(); // first: there may be no memory, and a timer that is counted has to be there
        long atNanos = loop.clock.after(delayNanos);
        ref.enter();
        loop.counters.timers.add(1);
        loop.deadlines.add(this, atNanos);
    }

    /** An interval is queued again before its callback runs, which may then cancel it or throw (TIMER-008, 011). */
    @Override
    public void due() {
        Callback call = () -> callback.run(this); // first: without memory for it nothing has changed
        if (TimerLateEvent.isWanted()) {
            long late = loop.clock.now() - atNanos();
            loop.record(name -> TimerLateEvent.fired(name, late));
        }
        if (periodNanos > 0) {
            loop.deadlines.add(this, nextNanos());
        } else {
            retire();
        }
        loop.call("timer", this, call);
    }

    /** Fixed rate, without a burst after a delay (TIMER-010). */
    private long nextNanos() {
        long now = loop.clock.now();
        long next = LoopClock.sum(atNanos(), periodNanos);
        return next > now ? next : LoopClock.sum(now, periodNanos);
    }

    @Override
    public boolean cancel() {
        loop.checkThread();
        boolean pending = isQueued();
        if (pending) {
            ref.leave(); // the deepest call comes first: without stack for it nothing has changed
            loop.deadlines.remove(this);
            retire();
        }
        return pending;
    }

    @Override
    public void dropped() {
        retire();
    }

    private void retire() {
        ref.leave();
        loop.counters.timers.add(-1);
    }

    @Override
    public boolean isPending() {
        loop.checkThread();
        return isQueued();
    }

    @Override
    public Timer ref() {
        loop.checkThread();
        ref.keepAlive(true);
        return this;
    }

    @Override
    public Timer unref() {
        loop.checkThread();
        ref.keepAlive(false);
        return this;
    }

    @Override
    public String toString() {
        return periodNanos > 0 ? "interval of " + Duration.ofNanos(periodNanos) : "timer";
    }
}
