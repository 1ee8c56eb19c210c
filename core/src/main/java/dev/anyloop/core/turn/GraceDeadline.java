package dev.anyloop.core.turn;

import dev.anyloop.core.time.Deadline;

/** The end of {@code shutdown}'s patience: what is left is released at once (LOOP-015). */
final class GraceDeadline extends Deadline {

    private final Loop loop;
    private boolean over;

    GraceDeadline(Loop loop) {
        this.loop = loop;
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
