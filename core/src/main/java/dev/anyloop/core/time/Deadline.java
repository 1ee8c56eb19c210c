package dev.anyloop.core.time;

/** Something that is due at a time of the loop's clock; a place in the {@link DeadlineQueue}. */
public abstract class Deadline {

    // loop thread; kept by the queue
    long atNanos;
    long sequence;
    int index = -1;

    /** When it is due, or was. */
    public final long atNanos() {
        return atNanos;
    }

    public final boolean isQueued() {
        return index >= 0;
    }

    /** Called by the loop after it took this out of the queue. Does not throw. */
    public abstract void due();

    /** Called instead if the loop is closed before. */
    public void dropped() {}
}
