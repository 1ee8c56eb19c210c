package dev.anyloop.core.flight;

import java.util.concurrent.TimeUnit;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Timespan;

/** It has no duration of its own, so that there is no threshold to set: what is less late than a millisecond is on time. */
@Name("dev.anyloop.TimerLate")
@Label("Timer Late")
@Description("A timer or interval fired a millisecond too late, or more")
public final class TimerLateEvent extends LoopEvent {

    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final TimerLateEvent ASKED = new TimerLateEvent();

    @Label("Lateness")
    @Timespan(Timespan.NANOSECONDS)
    long lateness;

    public static boolean isWanted() {
        return ASKED.isEnabled();
    }

    public static void fired(String loop, long lateNanos) {
        if (lateNanos >= LATE_NANOS) {
            TimerLateEvent event = new TimerLateEvent();
            event.loop = loop;
            event.lateness = lateNanos;
            event.commit();
        }
    }
}
