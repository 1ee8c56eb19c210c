package dev.anyloop.sim;

/** What a {@link SimTransport} waits for. */
interface SimHandle {

    /** Whether {@link #tell} has anything to tell. */
    boolean isReady();

    /** Tells its events; called by {@code poll} only (SEAM-003). */
    void tell();

    /** Its transport is closed over it. */
    void drop();
}
