#!/bin/sh
# On JDK 25 the tasks of CompletableFuture.runAsync() and supplyAsync() run one after the other where there are one or two processors, as in
# many containers; up to then each had a thread of its own there. Ten tasks that wait for half a second take five seconds, not half a one.
#
# Without an executor of one's own these tasks go to the common pool, which has one thread less than there are processors. Up to JDK 24 that
# was true of three and more; with one thread or none a pool could not help, and each task got a new thread. JDK 25 always takes the pool,
# so that delays can be its own. So blocking tasks, such as look-ups of names, which ran side by side on the smallest machines, wait for
# each other there; on a developer's machine of many processors nothing changes. The Javadoc of defaultExecutor() goes on to promise "one
# thread per async task" if the pool has but one. Only a pool that is told to have none
# (-Djava.util.concurrent.ForkJoinPool.common.parallelism=0) is given two, one more than it has by itself.
#
# Seen with OpenJDK 17.0.15 and Temurin 25.0.3. Source: CompletableFuture.ASYNC_POOL and ForkJoinPool.asyncCommonPool() of JDK 25,
# USE_COMMON_POOL of those before; JDK-8319447.
# Needs a JDK (17 or later) on the PATH (or JAVA_HOME).
#
# Output seen, of ten tasks:
#   JDK 17:                      JDK 25:
#   2 processors: 10 at once     2 processors: 1 at once
#   3 processors: 2 at once      3 processors: 2 at once
#   parallelism 0: 10 at once    parallelism 0: 2 at once
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/Tasks.java" <<'JAVA'
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

public class Tasks {
    static final int TASKS = 10;
    static int running;
    static int most;

    public static void main(String[] args) {
        CompletableFuture<?>[] tasks = new CompletableFuture<?>[TASKS];
        for (int i = 0; i < TASKS; i++) {
            tasks[i] = CompletableFuture.runAsync(Tasks::task);
        }
        while (!CompletableFuture.allOf(tasks).isDone()) { // not join(), which would have this thread help the pool
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        System.out.println(args[0] + ": " + most + " at once");
        System.exit(most == Integer.parseInt(args[Runtime.version().feature() >= 25 ? 2 : 1]) ? 0 : 1);
    }

    static void task() {
        begin();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
        end();
    }

    static synchronized void begin() {
        most = Math.max(most, ++running);
    }

    static synchronized void end() {
        running--;
    }
}
JAVA
"$java" -version 2>&1 | head -1
"$java" -XX:ActiveProcessorCount=2 "$dir/Tasks.java" "2 processors" 10 1
"$java" -XX:ActiveProcessorCount=3 "$dir/Tasks.java" "3 processors" 2 2
"$java" -XX:ActiveProcessorCount=2 -Djava.util.concurrent.ForkJoinPool.common.parallelism=0 "$dir/Tasks.java" "parallelism 0" 10 2
