#!/bin/sh
# Agrona's DeadlineTimerWheel turns by one tick with each poll(), whatever time it is told: a timer that is long due is not found by one
# poll, and a loop that polls less often than once a tick is late by up to a whole turn of the wheel, not by the time between two polls.
#
# poll(now, handler, limit) is documented as "poll for timers expired by the deadline passing", with now the "current time to compare
# deadlines against". It looks at the current tick's timers, compares those with now, and goes to the next tick. So after a pause it
# takes a poll for each tick that has passed, with a timer due or without. The wheel is "based on netty's HashedTimerWheel", whose thread
# catches up by itself. A loop of one poll in 10 ms with ticks of 1 ms, as an event loop that waits in between makes, falls behind by
# nine ticks in ten; a timer that is then set for 20 ms is put ahead of where the wheel should be, and the wheel, which is elsewhere, comes to
# that spoke after up to 1,024 polls: here it expires 8.27 seconds late. Repeating poll() while it says that something expired does not
# help, since in between there are ticks without any; to repeat it while currentTickTime() <= now, and once more, does.
#
# Seen with Agrona 2.6.0, JDK 17 and 25; the time is the script's own. Source: org.agrona.DeadlineTimerWheel.poll; others were caught by
# it too, https://github.com/camunda/camunda/issues/767.
# Needs a JDK (17 or later) and Maven on the PATH.
#
# Output seen:
#   a timer due at 5, polled at 1000: found by poll 6
#   a timer due at 10020, one poll each 10 ms: expires at 18290
#   a timer due at 10020, polls until the tick is the time's: expires at 10020
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>org.agrona</groupId><artifactId>agrona</artifactId><version>2.6.0</version></dependency>
</dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
cat > "$dir/Wheel.java" <<'JAVA'
import java.util.concurrent.TimeUnit;
import org.agrona.DeadlineTimerWheel;

public class Wheel {
    static final DeadlineTimerWheel.TimerHandler CONSUME = (unit, now, id) -> true;

    public static void main(String[] args) {
        int polls = polls();
        long once = expiry(false);
        long caughtUp = expiry(true);
        System.out.println("a timer due at 5, polled at 1000: found by poll " + polls);
        System.out.println("a timer due at 10020, one poll each 10 ms: expires at " + once);
        System.out.println("a timer due at 10020, polls until the tick is the time's: expires at " + caughtUp);
        System.exit(polls == 6 && once == 18290 && caughtUp == 10020 ? 0 : 1);
    }

    static DeadlineTimerWheel wheel() {
        return new DeadlineTimerWheel(TimeUnit.MILLISECONDS, 0, 1, 1024);
    }

    /** How many polls it takes, all at one time, to find the only timer, which is due. */
    static int polls() {
        DeadlineTimerWheel wheel = wheel();
        wheel.scheduleTimer(5);
        int polls = 1;
        while (wheel.poll(1000, CONSUME, Integer.MAX_VALUE) == 0) {
            polls++;
        }
        return polls;
    }

    /** When a timer expires that is set for 20 ms, after ten seconds with nothing to do, in a loop that turns each 10 ms. */
    static long expiry(boolean catchUp) {
        DeadlineTimerWheel wheel = wheel();
        for (long now = 0; ; now += 10) {
            if (now == 10_000) {
                wheel.scheduleTimer(now + 20);
            }
            while (catchUp && wheel.currentTickTime() <= now) {
                if (wheel.poll(now, CONSUME, Integer.MAX_VALUE) == 1) {
                    return now;
                }
            }
            if (wheel.poll(now, CONSUME, Integer.MAX_VALUE) == 1) {
                return now;
            }
        }
    }
}
JAVA
"$java" -cp "$dir/lib/*" "$dir/Wheel.java"
