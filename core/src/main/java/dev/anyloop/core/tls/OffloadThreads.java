package dev.anyloop.core.tls;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The daemon threads of one loop for what its handshakes have to compute: as many as there are processors, when needed. */
public final class OffloadThreads implements Offload {

    private static final int IDLE_SECONDS = 1;

    // set once
    private final String name;
    // loop thread
    private @Nullable ThreadPoolExecutor threads;

    /** @param loop the name of the loop */
    public OffloadThreads(String loop) {
        this.name = loop + "-tls";
    }

    @Override
    public void run(Runnable work) {
        if (threads == null) {
            String named = name;
            int most = Runtime.getRuntime().availableProcessors();
            threads = new ThreadPoolExecutor(most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                    task -> thread(task, named));
            threads.allowCoreThreadTimeOut(true);
        }
        threads.execute(work);
    }

    @Override
    public void close() {
        if (threads != null) {
            threads.shutdownNow();
        }
    }

    /** It outlives its loop by what it is computing, so it holds nothing of whoever asked, not even a class loader. */
    private static Thread thread(Runnable work, String name) {
        Thread thread = new Thread(null, work, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        return thread;
    }
}
