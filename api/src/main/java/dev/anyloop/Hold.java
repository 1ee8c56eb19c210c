package dev.anyloop;

/** Keeps a loop running while work is being done elsewhere; made by {@link EventLoop#hold()}. */
public interface Hold {

    /**
     * Lets go: the loop may return from {@link EventLoop#run()} when nothing else is left. Safe from any thread; a
     * second call does nothing (LOOP-014), so one that gets an {@code Error} may call again (THREAD-008).
     */
    void release();
}
