#!/bin/sh
# XNIO, the layer below Undertow and WildFly, runs at once what executeAfter() was given for Long.MAX_VALUE milliseconds, which is how one
# says "never", or for any other time of 292.3 years and more; if a timer is set already, it runs with that one.
#
# It has thought of it: the delay is cut to 9,223,372,036,853 ms, the largest number of them that is a long in nanoseconds. To that is then
# added the time since the class was loaded, and between that number and the end of long there are 1.8 ms. So in any JVM that is older, that
# is, always, the sum is negative, and its time has come. Timers are ordered by the difference of their times, which overflows too, and puts
# it behind those that are set: then it waits for the first of them, so that it depends on other connections when it comes. A limit for a
# sum has to leave room for what is added; or, as with the JDK's scheduler, whoever orders and whoever looks if it is due go by the same
# difference; or the sum is cut, as in Netty. "Never" comes as Long.MAX_VALUE from configurations and from deadlines that nobody has set.
#
# Seen with XNIO 3.8.16.Final (xnio-nio), Netty 4.2.18.Final, OpenJDK 17.0.15 and Temurin 25.0.3. Source: LONGEST_DELAY, executeAfter and
# TimeKey.compareTo in org.xnio.nio.WorkerThread; the like in Netty, mended: https://github.com/netty/netty/pull/7972.
# Needs a JDK (17 or later) and Maven on the PATH.
#
# Output seen:
#   292.2 years: XNIO waits, Netty waits, JDK waits
#   292.3 years: XNIO runs it at once, Netty waits, JDK waits
#   Long.MAX_VALUE ms: XNIO runs it at once, Netty waits, JDK waits
#   Long.MAX_VALUE ms, behind a timer of 2 s: XNIO runs it after 2 s, Netty waits, JDK waits
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>org.jboss.xnio</groupId><artifactId>xnio-nio</artifactId><version>3.8.16.Final</version></dependency>
<dependency><groupId>io.netty</groupId><artifactId>netty-transport</artifactId><version>4.2.18.Final</version></dependency>
</dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
cat > "$dir/Never.java" <<'JAVA'
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;
import org.xnio.OptionMap;
import org.xnio.Xnio;
import org.xnio.XnioExecutor;

public class Never {
    interface Scheduler {
        void schedule(Runnable task, long delay, TimeUnit unit);
    }

    static final String WAITS = "waits";
    static final String AT_ONCE = "runs it at once";
    static boolean asSeen = true;

    public static void main(String[] args) throws Exception {
        LogManager.getLogManager().reset();
        tell("292.2 years", 106_750, TimeUnit.DAYS, false, WAITS);
        tell("292.3 years", 106_760, TimeUnit.DAYS, false, AT_ONCE);
        tell("Long.MAX_VALUE ms", Long.MAX_VALUE, TimeUnit.MILLISECONDS, false, AT_ONCE);
        tell("Long.MAX_VALUE ms, behind a timer of 2 s", Long.MAX_VALUE, TimeUnit.MILLISECONDS, true, "runs it after 2 s");
        System.exit(asSeen ? 0 : 1);
    }

    static void tell(String how, long delay, TimeUnit unit, boolean behind, String xnioDoes) throws Exception {
        XnioExecutor xnio = Xnio.getInstance().createWorker(OptionMap.EMPTY).getIoThread();
        EventLoop netty = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()).next();
        ScheduledExecutorService jdk = Executors.newScheduledThreadPool(1);
        System.out.println(how + ": XNIO " + run(xnio::executeAfter, delay, unit, behind, xnioDoes)
                + ", Netty " + run(netty::schedule, delay, unit, behind, WAITS) + ", JDK " + run(jdk::schedule, delay, unit, behind, WAITS));
    }

    static String run(Scheduler scheduler, long delay, TimeUnit unit, boolean behind, String does) throws InterruptedException {
        if (behind) {
            scheduler.schedule(() -> { }, 2, TimeUnit.SECONDS);
        }
        CountDownLatch ran = new CountDownLatch(1);
        scheduler.schedule(ran::countDown, delay, unit);
        String seen = ran.await(1, TimeUnit.SECONDS) ? AT_ONCE : behind && ran.await(4, TimeUnit.SECONDS) ? "runs it after 2 s" : WAITS;
        asSeen &= seen.equals(does);
        return seen;
    }
}
JAVA
"$java" -cp "$dir/lib/*" "$dir/Never.java" 2> "$dir/err" || { code=$?; cat "$dir/err"; exit $code; }
