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
     * @param drained whether the poll reported everything that was ready
     * @return true to stop watching
     */
    boolean polled(boolean drained);
}
