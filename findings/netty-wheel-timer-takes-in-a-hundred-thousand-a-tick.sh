#!/bin/sh
# Netty's HashedWheelTimer takes in no more than 100,000 new timeouts with each tick, and those that are cancelled count: after half a million
# requests, each answered at once and its timeout cancelled, the next timeout of one second comes after six, with ticks of a second.
#
# The timer promises to be late by about a tick, and takes new timeouts from a queue, so one expects a longer queue to make it a little
# slower. But each tick takes at most 100,000 from it, in a few milliseconds, and leaves the rest to the next one: what was set last
# waits for all that was set before, however idle the timer's thread is, and what was cancelled has its turn like the rest. So who
# chooses long ticks to spare work has the timer fall behind for good if more than 100,000 are set in a tick, and the queue grows: a tick
# of a second stands 100,000 timeouts a second, the usual one of 100 ms a million. With ticks of 100 ms the same half million makes no
# difference.
#
# Seen with Netty 4.2.18.Final on OpenJDK 17.0.15. Source: HashedWheelTimer.Worker.transferTimeoutsToBuckets ("transfer only max. 100000
# timeouts per tick"); the Javadoc of HashedWheelTimer tells of the tick's length and of the wheel's size alone.
# Needs a JDK (17 or later) and Maven on the PATH; a minute.
#
# Output seen, of a timeout of one second that is set after others of one hour:
#   ticks of 1000 ms, after none: 2.0 s
#   ticks of 1000 ms, after 500000: 5.9 s
#   ticks of 1000 ms, after 500000 that were cancelled: 5.9 s
#   ticks of 100 ms, after 500000 that were cancelled: 1.1 s
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>io.netty</groupId><artifactId>netty-common</artifactId><version>4.2.18.Final</version></dependency>
</dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
cat > "$dir/Wheel.java" <<'JAVA'
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

public class Wheel {
    public static void main(String[] args) {
        double none = seconds(1000, 0, false);
        double kept = seconds(1000, 500_000, false);
        double cancelled = seconds(1000, 500_000, true);
        double usual = seconds(100, 500_000, true);
        System.exit(none < 3 && kept > 4.5 && cancelled > 4.5 && usual < 3 ? 0 : 1);
    }

    /** After what time a timeout of one second comes that is set after so many others. */
    static double seconds(long tick, int others, boolean cancelled) {
        HashedWheelTimer timer = new HashedWheelTimer(tick, TimeUnit.MILLISECONDS);
        CompletableFuture<Void> turning = new CompletableFuture<>();
        timer.newTimeout(timeout -> turning.complete(null), 0, TimeUnit.MILLISECONDS);
        turning.join();
        for (int i = 0; i < others; i++) {
            Timeout other = timer.newTimeout(timeout -> { }, 1, TimeUnit.HOURS);
            if (cancelled) {
                other.cancel();
            }
        }
        CompletableFuture<Long> came = new CompletableFuture<>();
        long start = System.nanoTime();
        timer.newTimeout(timeout -> came.complete(System.nanoTime()), 1, TimeUnit.SECONDS);
        double seconds = (came.join() - start) / 1e9;
        timer.stop();
        System.out.printf(Locale.ROOT, "ticks of %d ms, after %s%s: %.1f s%n", tick, others == 0 ? "none" : others,
                cancelled ? " that were cancelled" : "", seconds);
        return seconds;
    }
}
JAVA
"$java" -cp "$dir/lib/*" "$dir/Wheel.java" 2> "$dir/err" || { code=$?; cat "$dir/err"; exit $code; }
