package dev.anyloop.core.connect;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The daemon threads of one loop that ask its resolver: a new one unless one is idle, since {@link Lookup} bounds them. */
public final class LookupThreads implements Lookup.Asker {

    private static final int IDLE_SECONDS = 1;

    // set once
    private final String name;
    // loop thread
    private @Nullable ThreadPoolExecutor threads;

    /** @param loop the name of the loop */
    public LookupThreads(String loop) {
        this.name = loop + "-resolver";
    }

    @Override
    public void ask(String host, Runnable question) {
        if (threads == null) {
            String named = name;
            threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(),
                    work -> thread(work, named));
        }
        threads.execute(question);
    }

    @Override
    public void close() {
        if (threads != null) {
            threads.shutdownNow();
        }
    }

    /** It may be stuck for as long as the process lives, so it holds nothing of whoever asked, not even a class loader. */
    private static Thread thread(Runnable work, String name) {
        Thread thread = new Thread(null, work, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        return thread;
    }
}
