package dev.anyloop.core;

/** The end of {@code shutdown}'s patience: what is left is released at once (LOOP-015). */
final class GraceDeadline extends Deadline {

    private final CoreLoop loop;
    private boolean over;

    GraceDeadline(CoreLoop loop) {
        this.loop = loop;
    }

    boolean isOver() {
        return over;
    }

    @Override
    void due() {
        over = true;
        loop.handles.each(Handle::closeNow);
    }
}
