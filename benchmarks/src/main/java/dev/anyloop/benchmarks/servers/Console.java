package dev.anyloop.benchmarks.servers;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/**
 * How the bench asks a server about its memory: a word on standard input, a number on standard output. When the input
 * ends, so does the process.
 */
final class Console extends Thread {

    private static final int PIECE_BYTES = 64 * 1024;

    Console() {
        super("console");
        setDaemon(true);
    }

    @Override
    public void run() {
        try (BufferedReader words = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            for (String word; (word = words.readLine()) != null; ) {
                switch (word) {
                    case "heap" -> System.out.println(liveHeapBytes());
                    case "allocated" -> System.out.println(allocatedBytes());
                    case "direct" -> System.out.println(DirectMemory.bytes());
                    default -> throw new IllegalArgumentException(word);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }

    /** What is live; and every page of the young generation touched, so that resident sizes compare. */
    private static long liveHeapBytes() {
        long before = collections();
        while (collections() == before) {
            byte[] garbage = new byte[PIECE_BYTES];
            garbage[garbage.length - 1] = 1;
        }
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount).sum();
    }

    /** By all threads that are alive; those of servers live as long as the server. */
    private static long allocatedBytes() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            sum += Math.max(bytes, 0);
        }
        return sum;
    }
}
