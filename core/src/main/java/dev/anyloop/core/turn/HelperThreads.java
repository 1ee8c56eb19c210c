package dev.anyloop.core.turn;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Daemon threads of one loop, made when they are needed, and gone after a second without work. */
public final class HelperThreads implements Helpers {

    private static final int IDLE_SECONDS = 1;

    // set once
    private final String name;
    private final Function<ThreadFactory, ThreadPoolExecutor> kind;
    // loop thread
    private @Nullable ThreadPoolExecutor threads;

    private HelperThreads(String name, Function<ThreadFactory, ThreadPoolExecutor> kind) {
        this.name = name;
        this.kind = kind;
    }

    /** A new one unless one is idle, for what waits; whoever asks bounds them. */
    public static HelperThreads toWait(String name) {
        return new HelperThreads(name, factory -> new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), factory));
    }

    /** As many as there are processors, for what computes. */
    public static HelperThreads toCompute(String name) {
        return new HelperThreads(name, HelperThreads::oneForEachProcessor);
    }

    /** Their number is asked for when they are needed: in a container the JVM reads files for it. */
    private static ThreadPoolExecutor oneForEachProcessor(ThreadFactory factory) {
        int processors = Runtime.getRuntime().availableProcessors();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                processors, processors, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    @Override
    public void run(Runnable work) {
        if (threads == null) {
            threads = newThreads(name, kind);
        }
        try {
            threads.execute(work);
        } catch (Throwable thrown) {
            threads = null; // a lock of theirs may be held for ever, or one counted that there is not; those there are go on
            throw thrown;
        }
    }

    /** Static, so that the threads do not hold the loop that asked for them. */
    private static ThreadPoolExecutor newThreads(String name, Function<ThreadFactory, ThreadPoolExecutor> kind) {
        return kind.apply(work -> thread(work, name));
    }

    @Override
    public void close() {
        if (threads != null) {
            threads.shutdownNow();
        }
    }

    /** It may be busy for as long as the process lives, so it holds nothing of whoever asked, not even a class loader. */
    private static Thread thread(Runnable work, String name) {
        Thread thread = new Thread(null, work, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        return thread;
    }
}
