package dev.anyloop.core.connect;

import dev.anyloop.core.time.Deadline;
import dev.anyloop.core.turn.Loop;
import java.io.IOException;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Those of a loop that wait for room in the backlog of the server at a path, first come, first served (UNIX-008). While there is none, one
 * asks after each pause; who is let in lets several ask in the next turn, until one finds the backlog full again.
 */
final class PathQueue extends Deadline {

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LAST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int MOST_ASKING = 64; // so many fit into a turn

    // set once
    private final Loop loop;
    private final Runnable onEmpty;
    private final TreeMap<Long, PathConnecting> waiting = new TreeMap<>(); // by who came first
    // loop thread
    private int asking;
    private int mayAsk = 1;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private @Nullable IOException full; // what the last one was told

    PathQueue(Loop loop, Runnable onEmpty) {
        this.loop = loop;
        this.onEmpty = onEmpty;
    }

    /** What those are waiting for who have not asked. */
    @Nullable IOException whyFull() {
        return full;
    }

    /** Stands behind those who came sooner. */
    void join(PathConnecting connecting) {
        waiting.put(connecting.number, connecting);
        askIfNobodyDoes();
    }

    /** Whoever is first in the queue has a deadline, or is asking; but the call of one may have failed in between. */
    private void askIfNobodyDoes() {
        if (asking == 0 && !isQueued()) {
            askAfter(pauseNanos);
        }
    }

    /** There was no room for one, who keeps the place. */
    void foundFull(PathConnecting connecting, IOException cause) {
        full = cause;
        mayAsk = 1;
        join(connecting);
        hasAsked(connecting);
        askAfter(pauseNanos);
    }

    /** One is connected, has failed for another reason, or wants no connection any more. */
    void leave(PathConnecting connecting) {
        if (hasAsked(connecting)) {
            mayAsk = MOST_ASKING;
            pauseNanos = 0;
            askAfter(0);
        } else {
            waiting.remove(connecting.number);
        }
        if (waiting.isEmpty() && asking == 0) {
            loop.deadlines.remove(this);
            onEmpty.run();
        } else {
            askIfNobodyDoes();
        }
    }

    private boolean hasAsked(PathConnecting connecting) {
        boolean was = connecting.asking;
        connecting.asking = false;
        asking -= was ? 1 : 0;
        return was;
    }

    private void askAfter(long nanos) {
        loop.deadlines.remove(this);
        loop.deadlines.add(this, loop.clock.after(nanos));
    }

    @Override
    public void due() {
        pauseNanos = Math.min(Math.max(FIRST_PAUSE_NANOS, 2 * pauseNanos), LAST_PAUSE_NANOS);
        while (asking < mayAsk && !isQueued() && !waiting.isEmpty()) {
            PathConnecting first = waiting.pollFirstEntry().getValue();
            asking++;
            first.asking = true;
            first.askFromQueue();
        }
    }
}
