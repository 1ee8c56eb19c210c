package dev.anyloop.tck.run;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;

/** The memory of this process, as the JVM counts it. */
public final class Memory {

    private static final BufferPoolMXBean DIRECT = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();

    private static final MemoryMXBean HEAP = ManagementFactory.getMemoryMXBean();

    /** If the JVM's own thread for references does not come to it in that time, it is not waited for. */
    private static final long HANDLED_WITHIN_MILLIS = 1_000;

    /** What one collection finds is given up before what the next one finds is told. */
    private static final int STILL_ROUNDS = 2;

    private Memory() {}

    /** In use, or not collected yet. */
    public static long directBytesNow() {
        return DIRECT.getMemoryUsed();
    }

    /** In use: what nobody has any more, a thread of the JVM frees after a collection. */
    public static long directBytes() {
        long least = Long.MAX_VALUE;
        for (int still = 0; still < STILL_ROUNDS; still++) {
            collect();
            if (directBytesNow() < least) {
                least = directBytesNow();
                still = 0;
            }
        }
        return least;
    }

    /** What is left of the heap after a collection of all garbage. */
    public static long heapBytes() {
        collect();
        return HEAP.getHeapMemoryUsage().getUsed();
    }

    /** Until that thread is at what this collection has found. */
    private static void collect() {
        ReferenceQueue<Object> found = new ReferenceQueue<>();
        Reference<Object> last = new WeakReference<>(new Object(), found);
        System.gc();
        try {
            found.remove(HANDLED_WITHIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Reference.reachabilityFence(last);
    }
}
