package dev.anyloop.core.turn;

import java.util.ArrayList;
import java.util.List;

/**
 * Who waits until everything has been told that was ready when the wait began.
 *
 * <p>A poll that has drained has told it. One that has not told a full batch, and if a few sockets always have more, none
 * ever drains. But handles take turns (SEAM-008): when one is told of again, all have been that were ready when it was told of
 * before. So the wait is over with the first poll that tells one of something again.
 */
final class PollWatches {

    private record Waiting(PollWatch watch, long since) {}

    // loop thread
    private List<Waiting> waiting = new ArrayList<>();
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

    void polled(boolean drained) {
        if (waiting.isEmpty()) {
            return;
        }
        List<Waiting> asked = waiting;
        waiting = new ArrayList<>();
        for (Waiting one : asked) {
            boolean complete = drained || again >= one.since;
            if (one.since > poll) {
                waiting.add(one); // for the next poll
            } else if (!one.watch.polled(complete)) {
                waiting.add(complete ? new Waiting(one.watch, poll + 1) : one);
            }
        }
    }
}
