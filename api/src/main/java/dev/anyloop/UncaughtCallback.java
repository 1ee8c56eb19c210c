package dev.anyloop;

/**
 * The one place where exceptions thrown by callbacks go.
 */
@FunctionalInterface
public interface UncaughtCallback {

    /**
     * Called on the loop thread with whatever a callback threw, an {@link Error} included.
     *
     * @param loop the loop whose callback threw
     * @param thrown what it threw
     * @throws Exception stops the loop; {@link EventLoop#run()} then throws it (LOOP-011)
     */
    void uncaught(EventLoop loop, Throwable thrown) throws Exception;
}
