package dev.anyloop.core;

/** A handle's share in keeping the loop alive: counted while the handle is both alive and ref'd (LOOP-004, LOOP-005). */
class Ref {

    private final Gauge alive;
    private boolean wanted = true;
    private boolean ended;

    Ref(Gauge alive) {
        this.alive = alive;
        alive.add(1);
    }

    void ref() {
        if (!wanted) {
            wanted = true;
            count(1);
        }
    }

    void unref() {
        if (wanted) {
            wanted = false;
            count(-1);
        }
    }

    /** The handle is gone. A second call does nothing. */
    void end() {
        if (!ended) {
            if (wanted) {
                count(-1);
            }
            ended = true;
        }
    }

    private void count(int change) {
        if (!ended) {
            alive.add(change);
        }
    }
}
