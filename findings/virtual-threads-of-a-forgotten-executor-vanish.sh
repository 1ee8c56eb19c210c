#!/bin/sh
# A virtual thread that waits for something nobody else refers to is collected as garbage, together with what it holds, if it was started
# by an executor that is forgotten as well: its finally block never runs, and the permit that it had is never given back. The very same
# task started by Thread.startVirtualThread stays, as does one of a platform thread.
#
# Executors.newVirtualThreadPerTaskExecutor() keeps its threads itself, and the JDK has but a weak reference to the executor; what is
# started by Thread.ofVirtual() is in a set of the JDK's own (unless -Djdk.trackAllThreads=false). So it depends on which of the two one
# has chosen whether work that was lost shows up in a thread dump or is gone without a trace: no exception, no log, no interrupt, no
# thread. One forgets such an executor easily, for it has no idle threads to be shut down. JEP 444 says that virtual threads are no roots of
# the garbage collector; the Javadoc of Executors does not.
#
# Seen with Temurin 25.0.3. Source: java.util.concurrent.ThreadPerTaskExecutor, jdk.internal.vm.ThreadContainers.registerContainer
# (a WeakReference) and TrackingRootContainer; discussed on the OpenJDK list loom-dev in January 2026.
# Needs a JDK 21 or later on the PATH (or JAVA_HOME).
#
# Output seen:
#   started by Thread.startVirtualThread: what it holds is kept, finally has not run, permits free: 0
#   started by a cached pool of platform threads, forgotten: what it holds is kept, finally has not run, permits free: 0
#   started by newVirtualThreadPerTaskExecutor, forgotten: what it holds is collected, finally has not run, permits free: 0
#   started by newVirtualThreadPerTaskExecutor, kept: what it holds is kept, finally has not run, permits free: 0
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/Vanish.java" <<'JAVA'
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

public class Vanish {
    static ExecutorService kept;

    interface Start {
        void start(Runnable task);
    }

    public static void main(String[] args) throws Exception {
        boolean direct = vanishes("Thread.startVirtualThread", Thread::startVirtualThread);
        boolean pooled = vanishes("a cached pool of platform threads, forgotten",
                task -> Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory()).execute(task));
        boolean forgotten = vanishes("newVirtualThreadPerTaskExecutor, forgotten",
                task -> Executors.newVirtualThreadPerTaskExecutor().execute(task));
        boolean remembered = vanishes("newVirtualThreadPerTaskExecutor, kept", task -> {
            kept = Executors.newVirtualThreadPerTaskExecutor();
            kept.execute(task);
        });
        System.exit(!direct && !pooled && forgotten && !remembered ? 0 : 1);
    }

    /** Whether a thread that waits for ever is collected. */
    static boolean vanishes(String name, Start how) throws InterruptedException {
        Semaphore permits = new Semaphore(1);
        AtomicBoolean ended = new AtomicBoolean();
        WeakReference<Object> held = begin(how, permits, ended);
        for (int i = 0; i < 20 && held.get() != null; i++) {
            System.gc();
            Thread.sleep(50);
        }
        boolean collected = held.get() == null;
        System.out.println("started by " + name + ": what it holds is " + (collected ? "collected" : "kept") + ", finally has "
                + (ended.get() ? "run" : "not run") + ", permits free: " + permits.availablePermits());
        return collected && !ended.get() && permits.availablePermits() == 0;
    }

    static WeakReference<Object> begin(Start how, Semaphore permits, AtomicBoolean ended) throws InterruptedException {
        Object held = new Object();
        CountDownLatch begun = new CountDownLatch(1);
        how.start(task(held, permits, ended, begun));
        begun.await();
        return new WeakReference<>(held);
    }

    static Runnable task(Object held, Semaphore permits, AtomicBoolean ended, CountDownLatch begun) {
        CountDownLatch answer = new CountDownLatch(1); // of which only the task knows
        return () -> {
            permits.acquireUninterruptibly();
            try {
                begun.countDown();
                answer.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                permits.release();
                ended.set(true);
                Reference.reachabilityFence(held);
            }
        };
    }
}
JAVA
"$java" -version 2>&1 | head -n 1
"$java" "$dir/Vanish.java"
