package dev.anyloop.core.turn;

/** A handle's share in keeping the loop alive: counted while the handle is both alive and ref'd (LOOP-004, LOOP-005). */
public abstract class Ref {

    private boolean wanted = true;
    private boolean alive;

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

    /** For people; any thread, so it may read a value that is about to change. */
    public final boolean isWanted() {
        return wanted;
    }

    /** The handle is gone. A second call does nothing. */
    public final void leave() {
        count(-1);
        alive = false;
    }

    private void count(int change) {
        if (alive && wanted) {
            counter().add(change);
        }
    }
}
