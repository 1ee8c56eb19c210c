package dev.anyloop.core.turn;

import dev.anyloop.core.transport.Fifo;
import java.util.Objects;

/**
 * Who waits until everything has been told that was ready when the wait began.
 *
 * <p>A poll that has drained has told it. One that has not told a full batch, and if a few sockets always have more, none
 * ever drains. But handles take turns (SEAM-008): when one is told of again, all have been that were ready when it was told of
 * before. So the wait is over with the first poll that tells one of something again.
 */
final class PollWatches {

    private static final class Waiting {

        private final PollWatch watch;
        private long since;

        Waiting(PollWatch watch, long since) {
            this.watch = watch;
            this.since = since;
        }
    }

    // loop thread
    private final Fifo<Waiting> waiting = new Fifo<>();
    private long poll; // the number of the one at hand, or of the last one
    private long again; // all that was ready when this one began has been told

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    void add(PollWatch watch) {
        waiting.add(new Waiting(watch, poll + 1));
    }

    void pollBegins() {
        poll++;
    }

    /** The engine has told the handle of something that was ready; its release is not. */
    void told(Handle handle) {
        if (handle.told != poll) {
            again = Math.max(again, handle.told);
            handle.told = poll;
        }
    }

    /** Whoever has no memory for what is to be done then stays the first, and waits for the next one. */
    void polled(boolean drained) {
        for (int left = waiting.size(); left > 0; left--) {
            Waiting one = Objects.requireNonNull(waiting.peek());
            boolean isOver = one.since <= poll && isOver(one, drained || again >= one.since);
            waiting.poll();
            if (!isOver) {
                waiting.add(one);
            }
        }
    }

    private boolean isOver(Waiting one, boolean complete) {
        boolean over = one.watch.polled(complete);
        if (complete) {
            one.since = poll + 1;
        }
        return over;
    }
}
