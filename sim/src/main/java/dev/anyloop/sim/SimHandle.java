package dev.anyloop.sim;

/** What a {@link SimTransport} waits for. */
interface SimHandle {

    /** Whether {@link #tell} has anything to tell. */
    boolean isReady();

    /**
     * Tells its events; called by {@code poll} only (SEAM-003).
     *
     * @param inPieces whether what is one may be told as two: only in a poll that tells of all others as well
     */
    void tell(boolean inPieces);

    /** Its transport is closed over it. */
    void drop();

    /** Whether core has closed it, and waits to be told that it is gone. */
    boolean isClosing();
}
