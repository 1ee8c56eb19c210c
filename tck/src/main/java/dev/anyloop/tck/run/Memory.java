package dev.anyloop.tck.run;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The direct memory of this process, as the JVM counts it. */
public final class Memory {

    private static final BufferPoolMXBean DIRECT = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();

    private static final long COLLECTED_WITHIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** On a busy machine that thread may miss one or two. */
    private static final int STILL_ROUNDS = 4;

    private Memory() {}

    /** In use, or not collected yet. */
    public static long directBytesNow() {
        return DIRECT.getMemoryUsed();
    }

    /** In use: what nobody has any more, a thread of the JVM frees after a collection. */
    public static long directBytes() {
        long least = Long.MAX_VALUE;
        for (int still = 0; still < STILL_ROUNDS; still++) {
            System.gc();
            LockSupport.parkNanos(COLLECTED_WITHIN_NANOS);
            if (directBytesNow() < least) {
                least = directBytesNow();
                still = 0;
            }
        }
        return least;
    }
}
