#!/bin/sh
# The time that EmbeddedChannel, Netty's channel for tests, lets pass jumps: ten seconds of silence are one event of an IdleStateHandler of one
# second if they pass at once, and ten if they pass one by one. A task that repeats at a fixed rate runs ten times both ways.
#
# advanceTimeBy() sets the clock to the end and then runs what is due, in order; but all of it sees the end as the time it is, so that what
# is set by a task on the way is counted from there, and lies beyond. What repeats at a fixed rate is counted from its last deadline, and
# catches up. One expects of a clock that is told to pass to come by every moment in between, as Reactor's virtual time does, RxJava's,
# jMock's or Pekko's. So a test of retries with growing pauses sees the first, and is green because "no more than three" holds; one of a
# heartbeat misses nine of ten; and what happens in which order depends on how large a step the test takes. With advanceTimeBy() in steps
# no larger than the shortest delay it is right. Node's mock.timers (20.20.2) does the same.
#
# Seen with Netty 4.2.18.Final and Reactor Test 3.8.8, JDK 17 and 25. Source: EmbeddedEventLoop.advanceTimeBy and runScheduledTasks, which
# reads the clock once; https://github.com/netty/netty/pull/12459, where it was made; reactor.test.scheduler.VirtualTimeScheduler.drain.
# Needs a JDK (17 or later) and Maven on the PATH.
#
# Output seen, of ten seconds, and of things that each take one:
#   Netty, in one step: idle 1, chain 1, fixed rate 10
#   Netty, in ten steps: idle 10, chain 10, fixed rate 10
#   Reactor, in one step: chain 10, fixed rate 10
#   Reactor, in ten steps: chain 10, fixed rate 10
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>io.netty</groupId><artifactId>netty-handler</artifactId><version>4.2.18.Final</version></dependency>
<dependency><groupId>io.projectreactor</groupId><artifactId>reactor-test</artifactId><version>3.8.8</version></dependency>
</dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
cat > "$dir/Jump.java" <<'JAVA'
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.test.scheduler.VirtualTimeScheduler;

public class Jump {
    static int idle;
    static int chain;
    static int fixedRate;

    public static void main(String[] args) {
        boolean asSeen = netty("in one step", 1, 1) & netty("in ten steps", 10, 10) & reactor("in one step", 1) & reactor("in ten steps", 10);
        System.exit(asSeen ? 0 : 1);
    }

    static boolean netty(String how, int steps, int seen) {
        idle = 0;
        chain = 0;
        fixedRate = 0;
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.freezeTime();
        channel.pipeline().addLast(new IdleStateHandler(1, 0, 0, TimeUnit.SECONDS), new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext context, Object event) {
                idle++;
            }
        });
        new Runnable() {
            @Override
            public void run() {
                channel.eventLoop().schedule(() -> {
                    chain++;
                    run();
                }, 1, TimeUnit.SECONDS);
            }
        }.run();
        channel.eventLoop().scheduleAtFixedRate(() -> fixedRate++, 1, 1, TimeUnit.SECONDS);
        for (int i = 0; i < steps; i++) {
            channel.advanceTimeBy(10 / steps, TimeUnit.SECONDS);
            channel.runPendingTasks();
        }
        System.out.println("Netty, " + how + ": idle " + idle + ", chain " + chain + ", fixed rate " + fixedRate);
        return idle == seen && chain == seen && fixedRate == 10;
    }

    static boolean reactor(String how, int steps) {
        chain = 0;
        fixedRate = 0;
        VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();
        new Runnable() {
            @Override
            public void run() {
                scheduler.schedule(() -> {
                    chain++;
                    run();
                }, 1, TimeUnit.SECONDS);
            }
        }.run();
        scheduler.schedulePeriodically(() -> fixedRate++, 1, 1, TimeUnit.SECONDS);
        for (int i = 0; i < steps; i++) {
            scheduler.advanceTimeBy(Duration.ofSeconds(10 / steps));
        }
        System.out.println("Reactor, " + how + ": chain " + chain + ", fixed rate " + fixedRate);
        return chain == 10 && fixedRate == 10;
    }
}
JAVA
"$java" -cp "$dir/lib/*" "$dir/Jump.java" 2> "$dir/err" || { code=$?; cat "$dir/err"; exit $code; }
