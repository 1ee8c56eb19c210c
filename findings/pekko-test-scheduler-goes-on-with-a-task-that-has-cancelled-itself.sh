#!/bin/sh
# Pekko's scheduler for tests, whose time passes by hand, goes on with a periodic task that has cancelled itself, though cancel() and
# isCancelled() say true. The scheduler of production stops it. So what tries until it succeeds passes every run but the test.
#
# ExplicitlyTriggeredScheduler takes the task from its map when it has run, and puts it there again one period later, without asking
# whether it was cancelled meanwhile: cancel() from within found the task of this run, took it away, and had nothing else to remember. From
# outside, between two runs, it works. It takes scheduleAtFixedRate; scheduleWithFixedDelay sets itself anew each time, looks, and stops.
# A test that counts attempts fails for no fault of the code, and one that lets time pass "until all is quiet" never gets there. Whoever
# simulates a clock has the same place to think of: between the call and the next deadline the task is in no queue. That a cancelled one
# went on was mended once, in Akka, for a cancel from outside.
#
# Seen with Pekko 1.7.0 (pekko-testkit_2.13), JDK 17 and 25. Source: org.apache.pekko.testkit.ExplicitlyTriggeredScheduler.executeTasks;
# https://github.com/akka/akka-core/pull/28614 (2020).
# Needs a JDK (17 or later) and Maven on the PATH.
#
# Output seen, of a task each 10 ms that cancels itself in its third run:
#   for tests, scheduleWithFixedDelay: cancel true, isCancelled true, 3 runs in 100 ms
#   for tests, scheduleAtFixedRate: cancel true, isCancelled true, 10 runs in 100 ms
#   for tests, scheduleAtFixedRate, cancelled from outside: cancel true, isCancelled true, 3 runs in 100 ms
#   in production, scheduleAtFixedRate: cancel true, isCancelled true, 3 runs
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>org.apache.pekko</groupId><artifactId>pekko-testkit_2.13</artifactId><version>1.7.0</version></dependency>
</dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
cat > "$dir/Cancelled.java" <<'JAVA'
import com.typesafe.config.ConfigFactory;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.Scheduler;
import org.apache.pekko.event.NoLogging$;
import org.apache.pekko.testkit.ExplicitlyTriggeredScheduler;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

public class Cancelled {
    static final ExecutionContext CONTEXT = ExecutionContext.global();
    static final FiniteDuration PERIOD = FiniteDuration.apply(10, "ms");

    /** A task that cancels itself in its third run, unless told not to. */
    static class Task implements Runnable {
        final boolean cancels;
        volatile int runs;
        volatile boolean answer;
        volatile Cancellable self;

        Task(boolean cancels) {
            this.cancels = cancels;
        }

        @Override
        public void run() {
            runs++;
            if (cancels && runs == 3) {
                answer = self.cancel();
            }
        }

        @Override
        public String toString() {
            return "cancel " + answer + ", isCancelled " + self.isCancelled() + ", " + runs + " runs";
        }
    }

    public static void main(String[] args) throws Exception {
        ExplicitlyTriggeredScheduler scheduler =
                new ExplicitlyTriggeredScheduler(ConfigFactory.empty(), NoLogging$.MODULE$, Thread::new);
        Scheduler same = scheduler;
        Task delay = new Task(true);
        delay.self = same.scheduleWithFixedDelay(PERIOD, PERIOD, delay, CONTEXT);
        scheduler.timePasses(FiniteDuration.apply(100, "ms"));
        System.out.println("for tests, scheduleWithFixedDelay: " + delay + " in 100 ms");

        Task rate = new Task(true);
        rate.self = same.scheduleAtFixedRate(PERIOD, PERIOD, rate, CONTEXT);
        scheduler.timePasses(FiniteDuration.apply(100, "ms"));
        int goneOn = rate.runs;
        System.out.println("for tests, scheduleAtFixedRate: " + rate + " in 100 ms");

        Task outside = new Task(false);
        outside.self = same.scheduleAtFixedRate(PERIOD, PERIOD, outside, CONTEXT);
        scheduler.timePasses(FiniteDuration.apply(30, "ms"));
        outside.answer = outside.self.cancel();
        scheduler.timePasses(FiniteDuration.apply(70, "ms"));
        System.out.println("for tests, scheduleAtFixedRate, cancelled from outside: " + outside + " in 100 ms");

        ActorSystem system = ActorSystem.create("x", ConfigFactory.parseString("pekko.loglevel = OFF").withFallback(ConfigFactory.load()));
        Task real = new Task(true);
        real.self = system.scheduler().scheduleAtFixedRate(FiniteDuration.apply(200, "ms"), PERIOD, real, CONTEXT);
        while (!real.answer) {
            Thread.sleep(10);
        }
        Thread.sleep(300);
        System.out.println("in production, scheduleAtFixedRate: " + real);
        System.exit(delay.runs == 3 && goneOn == 10 && outside.runs == 3 && real.runs == 3
                && rate.answer && rate.self.isCancelled() ? 0 : 1);
    }
}
JAVA
"$java" -cp "$dir/lib/*" "$dir/Cancelled.java" 2> "$dir/err" || { code=$?; cat "$dir/err"; exit $code; }
