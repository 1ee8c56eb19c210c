package dev.anyloop;

/**
 * Runs once on the loop's thread with the loop at hand: the first thing a started loop does.
 */
@FunctionalInterface
public interface LoopCallback {

    /**
     * Called once, on the loop thread (LOOP-002).
     *
     * @param loop the running loop
     * @throws Exception goes to the loop's {@link EventLoop#onUncaught uncaught handler} (LOOP-011)
     */
    void run(EventLoop loop) throws Exception;
}
