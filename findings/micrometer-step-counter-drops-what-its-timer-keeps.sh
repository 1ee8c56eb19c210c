#!/bin/sh
# Two meters of Micrometer that count the same 600 events, and are read side by side, tell 76 and 589, if they are read each 19 seconds
# with steps of 10. Read each 20 seconds, both tell 0. Read each 10, both tell 600.
#
# A registry that counts by steps tells of the last complete step, and one expects to miss a step that one did not ask for, and to find the
# last one. But the values do not roll over by the clock: they do when they are read, and what has gathered is told only if the reading
# before was in the step just past. If it was earlier, the answer is 0, also when the last step was as busy as ever. The counter throws away then
# what it had gathered; a timer (and a summary) leaves it in its adder, and tells it later, as of a step that it was not in. So one reader who
# is late, or a second one who comes at other times (an endpoint, a test, a page that is opened now and then), sees nothing or changes what the
# others see, and sums and rates of the two kinds drift apart. Registries that publish read by a thread of their own, which is right as long as
# that thread is on time.
#
# Seen with Micrometer 1.17.2 (micrometer-core, SimpleMeterRegistry in CountingMode.STEP), JDK 17 and 25; the clock is the script's own. Source:
# io.micrometer.core.instrument.step.StepValue.rollCount and StepTuple2.rollCount; that the old values stay in the second,
# https://github.com/micrometer-metrics/micrometer/issues/3957 (2023); that steps roll when read,
# https://github.com/micrometer-metrics/micrometer/issues/3751.
# Needs a JDK (17 or later) and Maven on the PATH.
#
# Output seen, of an event in each of 600 seconds:
#   read each 10 s: the counter tells 600, the timer 600
#   read each 15 s: the counter tells 300, the timer 585
#   read each 19 s: the counter tells 76, the timer 589
#   read each 20 s: the counter tells 0, the timer 0
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>io.micrometer</groupId><artifactId>micrometer-core</artifactId><version>1.17.2</version></dependency>
</dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
cat > "$dir/Steps.java" <<'JAVA'
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.CountingMode;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;

public class Steps {
    /** A clock that stands still until it is told. */
    static class Told implements Clock {
        long seconds;

        @Override
        public long wallTime() {
            return seconds * 1_000;
        }

        @Override
        public long monotonicTime() {
            return seconds * 1_000_000_000;
        }
    }

    static class TenSeconds implements SimpleConfig {
        @Override
        public String get(String key) {
            return null;
        }

        @Override
        public CountingMode mode() {
            return CountingMode.STEP;
        }

        @Override
        public Duration step() {
            return Duration.ofSeconds(10);
        }
    }

    public static void main(String[] args) {
        boolean asSeen = tell(10, 600, 600) & tell(15, 300, 585) & tell(19, 76, 589) & tell(20, 0, 0);
        System.exit(asSeen ? 0 : 1);
    }

    static boolean tell(int every, long counterSeen, long timerSeen) {
        Told clock = new Told();
        SimpleMeterRegistry registry = new SimpleMeterRegistry(new TenSeconds(), clock);
        Counter counter = registry.counter("counter");
        Timer timer = registry.timer("timer");
        long counted = 0;
        long timed = 0;
        while (clock.seconds < 600) {
            clock.seconds++;
            counter.increment();
            timer.record(Duration.ofMillis(1));
            if (clock.seconds % every == 0) {
                counted += (long) counter.count();
                timed += timer.count();
            }
        }
        System.out.println("read each " + every + " s: the counter tells " + counted + ", the timer " + timed);
        return counted == counterSeen && timed == timerSeen;
    }
}
JAVA
"$java" -cp "$dir/lib/*" "$dir/Steps.java"
