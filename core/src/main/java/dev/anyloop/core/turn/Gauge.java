package dev.anyloop.core.turn;

import java.util.concurrent.atomic.AtomicLong;

/** A figure that only the loop thread changes and any thread may read: a plain store instead of a locked one. */
public final class Gauge {

    private final AtomicLong value = new AtomicLong();

    /** Loop thread. */
    public void add(long change) {
        value.setOpaque(value.getPlain() + change);
    }

    /** Loop thread. */
    public void raiseTo(long least) {
        if (least > value.getPlain()) {
            value.setOpaque(least);
        }
    }

    /** Any thread. */
    public long get() {
        return value.getOpaque();
    }

    /** Any thread. */
    public int count() {
        return (int) value.getOpaque();
    }
}
