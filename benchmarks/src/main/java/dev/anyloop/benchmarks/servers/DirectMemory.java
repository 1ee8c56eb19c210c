package dev.anyloop.benchmarks.servers;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/** What this process has outside of the heap for buffers. */
public final class DirectMemory {

    private DirectMemory() {}

    /** The JVM's buffers, and those that Netty takes from the system itself. */
    public static long bytes() {
        long jvms = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return jvms + Math.max(0, PlatformDependent.usedDirectMemory()); // negative if it takes none
    }
}
