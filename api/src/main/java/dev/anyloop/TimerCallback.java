package dev.anyloop;

/**
 * Runs when a timer fires.
 */
@FunctionalInterface
public interface TimerCallback {

    /**
     * Called on the loop thread, never before the delay has passed (TIMER-001).
     *
     * @param timer the timer itself, so that an interval can cancel itself
     * @throws Exception goes to the {@link EventLoop#onUncaught uncaught handler} (LOOP-011); an interval
     *     survives it (TIMER-011)
     */
    void run(Timer timer) throws Exception;
}
