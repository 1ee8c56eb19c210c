package dev.anyloop.core.turn;

/**
 * A handle's share in keeping the loop alive: counted while the handle is alive and either ref'd or on its way out
 * (LOOP-004, LOOP-005, LOOP-016).
 */
public abstract class Ref {

    private boolean wanted = true;
    private boolean alive;
    private boolean closing;

    /** How many keep the loop alive. */
    protected abstract Gauge counter();

    public final void enter() {
        alive = true;
        count(1);
    }

    /** As the user wants it, at any time. */
    public final void keepAlive(boolean wanted) {
        if (this.wanted != wanted) {
            count(-1);
            this.wanted = wanted;
            count(1);
        }
    }

    /** It is on its way out, and that is seen through whether the user wants the handle or not. */
    public final void closing() {
        count(-1);
        closing = true;
        count(1);
    }

    /** For people; any thread, so it may read a value that is about to change. */
    public final boolean isWanted() {
        return wanted || closing;
    }

    /** The handle is gone. A second call does nothing. */
    public final void leave() {
        count(-1);
        alive = false;
    }

    private void count(int change) {
        if (alive && isWanted()) {
            counter().add(change);
        }
    }
}
