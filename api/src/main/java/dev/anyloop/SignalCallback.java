package dev.anyloop;

/**
 * Runs when the process gets a signal.
 */
@FunctionalInterface
public interface SignalCallback {

    /**
     * Called on the loop thread, as a task is. What came again before it is told by the same call (SIGNAL-001).
     *
     * @param signal the handle itself, so that it can be cancelled
     * @throws Exception goes to the {@link EventLoop#onUncaught uncaught handler} (LOOP-011); the signal is listened to further
     */
    void run(Signal signal) throws Exception;
}
