package dev.anyloop;

/**
 * Listens to a signal of the process, made by {@link EventLoop#signal}. Unlike other handles it does not keep the loop running,
 * until {@link #ref()} is called (SIGNAL-003).
 *
 * <p>All methods but {@link #name} belong to the loop thread; elsewhere they throw {@link IllegalStateException} (THREAD-001).
 */
public interface Signal {

    /**
     * Which signal it is. Safe from any thread.
     *
     * @return as given to {@link EventLoop#signal}, for example {@code "TERM"}
     */
    String name();

    /**
     * Listens no longer: the callback does not run again, even if the signal has come already (SIGNAL-004). When nobody in the
     * process is left, what the JVM did before at this signal, it does again (SIGNAL-006).
     *
     * @return true if this call was the first, and the loop not closed
     */
    boolean cancel();

    /**
     * Lets this keep {@link EventLoop#run()} from returning until it is cancelled (SIGNAL-003).
     *
     * @return this signal
     */
    Signal ref();

    /**
     * No longer lets this keep {@link EventLoop#run()} from returning, which is how it starts (SIGNAL-003).
     *
     * @return this signal
     */
    Signal unref();
}
