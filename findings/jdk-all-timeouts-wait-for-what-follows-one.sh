#!/bin/sh
# While one thing that follows a timeout of CompletableFuture takes its time, no other timeout of the JVM comes: not of any other future, nor
# a delayedExecutor(), nor, on JDK 25, what was given to schedule() of the common pool.
#
# orTimeout() completes the future on the thread that keeps the time, of which there is one for all, and what was added by handle(),
# whenComplete() or exceptionally() is called there: what depends on a future "may be performed by the thread that completes the current
# CompletableFuture". That this may be the JVM's only timer is said nowhere. What one does upon a timeout is, of all things, slow: to log,
# to close a connection, to try again. A thousand that time out together come one after the other, and while one of them waits for a lock
# every timeout is late by that. With handleAsync() and the like it does not happen. JDK 25 has replaced the thread by one of the common
# pool's, and gave that pool schedule() for everybody's use, which so waits as well; the comment in its source, not its Javadoc, asks for
# actions that do not block.
#
# Seen with OpenJDK 17.0.15 and Temurin 25.0.3. Source: CompletableFuture.Delayer (17), java.util.concurrent.DelayScheduler (25, isImmediate),
# the Javadoc of CompletableFuture, quoted above.
# Needs a JDK (17 or later) on the PATH (or JAVA_HOME).
#
# Output seen, of times of 20 ms that are asked for while what follows another timeout is held up for 2 s:
#   by handle, orTimeout of another future: comes when that is over
#   by handle, completeOnTimeout of another future: comes when that is over
#   by handle, delayedExecutor: comes when that is over
#   by handle, ForkJoinPool.commonPool().schedule (25): comes when that is over
#   by handle, schedule of an executor of one's own: comes meanwhile
#   by handleAsync, orTimeout of another future: comes meanwhile
#   by handleAsync, completeOnTimeout of another future: comes meanwhile
#   by handleAsync, delayedExecutor: comes meanwhile
#   by handleAsync, ForkJoinPool.commonPool().schedule (25): comes meanwhile
#   by handleAsync, schedule of an executor of one's own: comes meanwhile
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/Follows.java" <<'JAVA'
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

public class Follows {
    static final ScheduledExecutorService OWN = Executors.newScheduledThreadPool(1);
    static boolean asSeen = true;

    public static void main(String[] args) throws Exception {
        tell("by handle", false);
        tell("by handleAsync", true);
        System.exit(asSeen ? 0 : 1);
    }

    static void tell(String how, boolean async) throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        CompletableFuture<Object> first = new CompletableFuture<>().orTimeout(20, TimeUnit.MILLISECONDS);
        if (async) {
            first.handleAsync((value, failure) -> hold(held, over), task -> new Thread(task).start());
        } else {
            first.handle((value, failure) -> hold(held, over));
        }
        held.await();
        Map<String, CountDownLatch> others = ask();
        Map<String, Boolean> meanwhile = new LinkedHashMap<>();
        if (async) {
            for (Map.Entry<String, CountDownLatch> other : others.entrySet()) {
                meanwhile.put(other.getKey(), other.getValue().await(60, TimeUnit.SECONDS));
            }
        } else {
            others.get("schedule of an executor of one's own").await();
            Thread.sleep(2_000);
            others.forEach((what, came) -> meanwhile.put(what, came.getCount() == 0));
        }
        over.countDown();
        for (Map.Entry<String, CountDownLatch> other : others.entrySet()) {
            boolean came = meanwhile.get(other.getKey());
            asSeen &= other.getValue().await(60, TimeUnit.SECONDS) && came == (async || other.getKey().startsWith("schedule of"));
            System.out.println(how + ", " + other.getKey() + ": comes " + (came ? "meanwhile" : "when that is over"));
        }
    }

    static Object hold(CountDownLatch held, CountDownLatch over) {
        held.countDown();
        try {
            over.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return null;
    }

    /** Asks for a time of 20 ms in each of the ways; a latch is open when it has come. */
    static Map<String, CountDownLatch> ask() {
        Map<String, CountDownLatch> others = new LinkedHashMap<>();
        CountDownLatch timeout = new CountDownLatch(1);
        new CompletableFuture<>().orTimeout(20, TimeUnit.MILLISECONDS).whenComplete((value, failure) -> timeout.countDown());
        others.put("orTimeout of another future", timeout);
        CountDownLatch complete = new CountDownLatch(1);
        new CompletableFuture<>().completeOnTimeout("", 20, TimeUnit.MILLISECONDS).whenComplete((value, failure) -> complete.countDown());
        others.put("completeOnTimeout of another future", complete);
        CountDownLatch delayed = new CountDownLatch(1);
        CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS).execute(delayed::countDown);
        others.put("delayedExecutor", delayed);
        if ((Object) ForkJoinPool.commonPool() instanceof ScheduledExecutorService pool) {
            CountDownLatch scheduled = new CountDownLatch(1);
            pool.schedule(scheduled::countDown, 20, TimeUnit.MILLISECONDS);
            others.put("ForkJoinPool.commonPool().schedule (25)", scheduled);
        }
        CountDownLatch own = new CountDownLatch(1);
        OWN.schedule(own::countDown, 20, TimeUnit.MILLISECONDS);
        others.put("schedule of an executor of one's own", own);
        return others;
    }
}
JAVA
"$java" "$dir/Follows.java"
