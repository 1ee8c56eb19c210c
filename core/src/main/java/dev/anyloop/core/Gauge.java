package dev.anyloop.core;

import java.util.concurrent.atomic.AtomicLong;

/** A figure that only the loop thread changes and any thread may read: a plain store instead of a locked one. */
final class Gauge {

    private final AtomicLong value = new AtomicLong();

    /** Loop thread. */
    void add(long change) {
        value.setOpaque(value.getPlain() + change);
    }

    /** Loop thread. */
    void raiseTo(long least) {
        if (least > value.getPlain()) {
            value.setOpaque(least);
        }
    }

    /** Any thread. */
    long get() {
        return value.getOpaque();
    }

    /** Any thread. */
    int count() {
        return (int) value.getOpaque();
    }
}
