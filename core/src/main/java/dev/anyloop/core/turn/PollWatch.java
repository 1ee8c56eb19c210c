package dev.anyloop.core.turn;

/**
 * Waits for what the next polls bring. This is how an I/O timeout that is due gives way to bytes that are already there
 * (TIMEOUT-007), and how a lingering close learns that its peer has nothing more to say (CLOSE-003).
 */
@FunctionalInterface
public interface PollWatch {

    /**
     * Called after each poll that began when this was already watching.
     *
     * @param complete whether everything has been told that was ready when this began to watch
     * @return true to stop watching; else, if it was complete, it begins anew
     */
    boolean polled(boolean complete);
}
