package dev.anyloop.tck.fake;

/** What a transport waits for. */
interface FakeHandle {

    /** Whether {@link #deliver} has anything to tell. */
    boolean isReady();

    /** Tells its events; called by {@code poll} only (SEAM-003). */
    void deliver();

    /** Whether its release has begun. */
    boolean isClosing();
}
