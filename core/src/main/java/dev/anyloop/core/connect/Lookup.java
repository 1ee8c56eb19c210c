package dev.anyloop.core.connect;

import dev.anyloop.Resolver;
import dev.anyloop.core.turn.Loop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks the resolver on daemon threads of its own, so that a slow name server never blocks the loop (CONN-006). */
public final class Lookup {

    /** Who wants to know. */
    interface Question {

        /** Takes the answer on the loop thread: the addresses, or why there are none. */
        void resolved(List<InetAddress> addresses, @Nullable IOException failure);

        /** Any thread: whether nobody waits for the answer any more, so that it need not be asked. */
        boolean isMoot();
    }

    private static final int MOST_THREADS = 8;
    private static final int IDLE_SECONDS = 1;

    // set once
    private final Loop loop;
    private final Resolver resolver;
    private final String name;
    // loop thread
    private @Nullable ThreadPoolExecutor threads;

    public Lookup(Loop loop, Resolver resolver, String name) {
        this.loop = loop;
        this.resolver = resolver;
        this.name = name;
    }

    void resolve(String host, Question question) {
        if (threads == null) {
            threads = new ThreadPoolExecutor(
                    MOST_THREADS, MOST_THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), this::thread);
            threads.allowCoreThreadTimeOut(true);
        }
        threads.execute(() -> ask(host, question));
    }

    private Thread thread(Runnable work) {
        Thread thread = new Thread(work, name + "-resolver");
        thread.setDaemon(true);
        return thread;
    }

    private void ask(String host, Question question) {
        if (question.isMoot()) {
            return; // others wait behind it
        }
        try {
            List<InetAddress> addresses = List.copyOf(resolver.resolve(host));
            IOException none = addresses.isEmpty() ? new UnknownHostException(host + ": no address") : null;
            loop.post(() -> question.resolved(addresses, none));
        } catch (Throwable thrown) {
            // whatever a resolver throws means that it has no answer; CONN-005 leaves no other way to tell the user
            String words = String.valueOf(thrown.getMessage());
            IOException failure = new UnknownHostException(words.startsWith(host) ? words : host + ": " + words);
            failure.initCause(thrown);
            loop.post(() -> question.resolved(List.of(), failure));
        }
    }

    public void close() {
        if (threads != null) {
            threads.shutdownNow();
        }
    }
}
