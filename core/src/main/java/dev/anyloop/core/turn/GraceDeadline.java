package dev.anyloop.core.turn;

import dev.anyloop.core.time.Deadline;
import dev.anyloop.core.time.LoopClock;
import java.time.Duration;

/** The end of {@code shutdown}'s patience: what is left is released at once (LOOP-015). */
final class GraceDeadline extends Deadline {

    // set once
    private final Loop loop;
    // loop thread
    private boolean over;

    GraceDeadline(Loop loop) {
        this.loop = loop;
    }

    /** Counts afresh, but what is over stays over: what there was is gone. */
    void set(Duration patience) {
        if (!over) {
            loop.deadlines.remove(this);
            loop.deadlines.add(this, loop.clock.after(LoopClock.nanos(patience)));
        }
    }

    boolean isOver() {
        return over;
    }

    @Override
    public void due() {
        over = true;
        loop.handles.each(Handle::closeNow);
    }
}
