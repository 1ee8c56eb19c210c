package dev.anyloop.sim;

/** What a {@link SimTransport} waits for. */
abstract class SimHandle {

    final SimTransport transport;
    private boolean closing;

    SimHandle(SimTransport transport) {
        this.transport = transport;
    }

    /** Whether {@link #tell} has anything to tell. */
    final boolean isReady() {
        return closing || hasNews();
    }

    /**
     * Tells its events; called by {@code poll} only (SEAM-003).
     *
     * @param inPieces whether what is one may be told as two: only in a poll that tells of all others as well
     */
    final void tell(boolean inPieces) {
        if (closing) {
            transport.released(this);
            tellClosed();
        } else {
            tellNews(inPieces);
        }
    }

    /** Whether {@link #tellNews} has anything to tell. */
    abstract boolean hasNews();

    /** As {@link #tell}, before it is closed. */
    abstract void tellNews(boolean inPieces);

    abstract void tellClosed();

    /** Its transport is closed over it, or core has closed it. */
    abstract void drop();

    /** Whether core has closed it, and waits to be told that it is gone. */
    final boolean isClosing() {
        return closing;
    }

    /** By core. */
    public final void close() {
        closing = true;
        if (!transport.isDead()) {
            drop();
        }
        transport.mayBeReady(this);
    }
}
