package dev.anyloop;

/**
 * A one-shot timer or an interval, made by {@link EventLoop#timer} or {@link EventLoop#interval}.
 *
 * <p>All methods belong to the loop thread; elsewhere they throw {@link IllegalStateException} (THREAD-001).
 */
public interface Timer {

    /**
     * Cancels the timer: it will not fire again, even if it was due in this very turn (TIMER-009). Allowed inside its
     * own callback and as often as one likes (TIMER-008).
     *
     * @return true if this call prevented a run that was still to come
     */
    boolean cancel();

    /**
     * Tells whether a run is still to come.
     *
     * @return true until a one-shot timer has begun to run or the timer was cancelled
     */
    boolean isPending();

    /**
     * Lets the timer keep {@link EventLoop#run()} from returning, which is how it starts (LOOP-005).
     *
     * @return this timer
     */
    Timer ref();

    /**
     * No longer lets the timer keep {@link EventLoop#run()} from returning (LOOP-005). It still fires as long as
     * the loop runs for other reasons.
     *
     * @return this timer
     */
    Timer unref();
}
