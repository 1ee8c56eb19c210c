package dev.anyloop.core.turn;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Daemon threads of one loop, made when they are needed, and gone after a second without work. */
public final class HelperThreads implements Helpers {

    private static final int IDLE_SECONDS = 1;
    private static final int AS_MANY_AS_ASKED_FOR = Integer.MAX_VALUE;

    // set once
    private final String name;
    private final int most;
    // loop thread
    private @Nullable ThreadPoolExecutor threads;

    private HelperThreads(String name, int most) {
        this.name = name;
        this.most = most;
    }

    /** A new one unless one is idle, for what waits; whoever asks bounds them. */
    public static HelperThreads toWait(String name) {
        return new HelperThreads(name, AS_MANY_AS_ASKED_FOR);
    }

    /** As many as there are processors, for what computes. */
    public static HelperThreads toCompute(String name) {
        return new HelperThreads(name, Runtime.getRuntime().availableProcessors());
    }

    @Override
    public void run(Runnable work) {
        if (threads == null) {
            threads = newThreads(name, most);
        }
        threads.execute(work);
    }

    private static ThreadPoolExecutor newThreads(String name, int most) {
        if (most == AS_MANY_AS_ASKED_FOR) {
            return new ThreadPoolExecutor(0, most, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(),
                    work -> thread(work, name));
        }
        ThreadPoolExecutor bounded = new ThreadPoolExecutor(most, most, IDLE_SECONDS, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), work -> thread(work, name));
        bounded.allowCoreThreadTimeOut(true);
        return bounded;
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
