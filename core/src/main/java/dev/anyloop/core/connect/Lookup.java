package dev.anyloop.core.connect;

import dev.anyloop.Resolver;
import dev.anyloop.core.turn.Loop;
import java.io.IOException;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Has the resolver asked elsewhere, so that a slow name server never blocks the loop (CONN-006). Turns are for those who
 * wait: a look-up that nobody waits for loses its own, and the thread that may be stuck in it is left behind.
 */
public final class Lookup {

    /** Who wants to know. */
    interface Question {

        /** Takes the answer on the loop thread: the addresses, or why there are none. */
        void resolved(List<InetAddress> addresses, @Nullable IOException failure);
    }

    /** Where the resolver is asked: not on the loop's thread, which it could block. */
    public interface Asker {

        /** Runs a question later; it may take for ever. */
        void ask(String host, Runnable question);

        /** No question follows; those under way may be interrupted. */
        default void close() {}
    }

    /** So many look-ups that somebody waits for are under way at a time. */
    private static final int MOST_AWAITED = 32;

    /** So many threads may be in the resolver, with those left behind: what it does to the system has a bound. */
    private static final int MOST_THREADS = 128;

    // set once
    private final Loop loop;
    private final Resolver resolver;
    private final Asker asker;
    // loop thread
    private final LinkedHashSet<Query> waiting = new LinkedHashSet<>();
    private final Set<Query> asked = new HashSet<>(); // each has a thread
    private boolean askingLater;

    public Lookup(Loop loop, Resolver resolver, Asker asker) {
        this.loop = loop;
        this.resolver = resolver;
        this.asker = asker;
    }

    /** A query that is to be {@linkplain #add added}: who asks has it by then, to give it up whatever happens. */
    Query query(String host, Question question) {
        return new Query(this, resolver, host, question);
    }

    /** The answer does not come inside this call, unless it is that nothing can be asked. */
    void add(Query query) {
        waiting.add(query);
        askNext();
    }

    /** In an order that loses none: the stack may be too short for the next, who is another than who makes the call. */
    private void askNext() {
        while (!waiting.isEmpty() && awaited() < MOST_AWAITED && asked.size() < MOST_THREADS) {
            Query next = waiting.iterator().next();
            ask(next);
            waiting.remove(next);
        }
    }

    /** They are few, so that a number of them is not kept: it could be wrong for ever. */
    private long awaited() {
        return asked.stream().filter(Query::isAwaited).count();
    }

    private void ask(Query query) {
        try {
            asker.ask(query.host(), query);
            asked.add(query); // not sooner: of one that failed above, no thread would tell that it is over
        } catch (OutOfMemoryError e) { // which is also what the JDK throws when the system gives it no thread
            finish(query, List.of(), query.failure(e));
        }
    }

    /** A thread of the resolver's: it is free again, with an answer or without. */
    void ended(Query query, List<InetAddress> addresses, @Nullable IOException failure) {
        loop.post(() -> {
            finish(query, addresses, failure);
            askNext();
        });
    }

    private void finish(Query query, List<InetAddress> addresses, @Nullable IOException failure) {
        asked.remove(query);
        waiting.remove(query);
        query.answer(addresses, failure);
    }

    /**
     * Nobody waits for it any more. Its turn passes on later: whoever gives up one look-up, such as a loop that closes, may be
     * about to give up the next.
     */
    void giveUp(Query query) {
        waiting.remove(query);
        query.giveUp();
        if (!waiting.isEmpty() && !askingLater) {
            loop.defer(() -> {
                askingLater = false;
                askNext();
            });
            askingLater = true;
        }
    }

    public void close() {
        asker.close();
        asked.forEach(Query::forgetLoop);
    }
}
