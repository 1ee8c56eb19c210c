package dev.anyloop.core.connect;

import dev.anyloop.core.turn.HelperThreads;
import dev.anyloop.core.turn.Helpers;

/** The threads of one loop that ask its resolver: {@link Lookup} bounds them. */
public final class LookupThreads implements Lookup.Asker {

    private final Helpers threads;

    /** @param loop the name of the loop */
    public LookupThreads(String loop) {
        this.threads = HelperThreads.toWait(loop + "-resolver");
    }

    @Override
    public void ask(String host, Runnable question) {
        threads.run(question);
    }

    @Override
    public void close() {
        threads.close();
    }
}
